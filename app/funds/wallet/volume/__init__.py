"""How much is paid with prepaid credit in each country: above a threshold it has to be notified."""
