"""The jobs and the clockwork: which verb each job's name stands for."""
