"""What a place must be like to be found: conditions of SQL with the values left out."""
