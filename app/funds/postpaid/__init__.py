"""Accounts that are collected later: who may charge now and pay by invoice."""
