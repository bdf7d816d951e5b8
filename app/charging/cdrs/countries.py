"""Country codes: OCPI writes the country of a location with three letters (ISO 3166-1 alpha-3)."""

_PAIRS = """
AD:AND AL:ALB AT:AUT BA:BIH BE:BEL BG:BGR CH:CHE CY:CYP CZ:CZE DE:DEU DK:DNK EE:EST ES:ESP FI:FIN
FO:FRO FR:FRA GB:GBR GI:GIB GL:GRL GR:GRC HR:HRV HU:HUN IE:IRL IS:ISL IT:ITA LI:LIE LT:LTU LU:LUX
LV:LVA MC:MCO MD:MDA ME:MNE MK:MKD MT:MLT NL:NLD NO:NOR PL:POL PT:PRT RO:ROU RS:SRB SE:SWE SI:SVN
SK:SVK SM:SMR TR:TUR UA:UKR VA:VAT XK:XKX
"""
_ALPHA3 = dict(pair.split(":") for pair in _PAIRS.split())
_ALPHA2 = {three: two for two, three in _ALPHA3.items()}


def alpha3(alpha2: str) -> str:
    """Return the three letters of a European country; other codes are returned as they are."""
    return _ALPHA3.get(alpha2, alpha2)


def alpha2(alpha3_code: str) -> str | None:
    """Return the two letters of a European country, or None of another one."""
    return _ALPHA2.get(alpha3_code)
