"""VIES, the European Commission's register of VAT numbers, behind the port `VatRegister`."""
