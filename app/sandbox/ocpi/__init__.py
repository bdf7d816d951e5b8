"""Another platform, played: a CPO and an eMSP that speak OCPI 2.2.1 and 2.3.0."""
