"""The demonstration league: invented clubs; the format is described in `shared.football.teams`."""

TABLE = """
9001 DEMO ANC Démo Ancolie | | Démo Ancolie
9002 DEMO BLE Démo Bleuet | | Démo Bleuet
9003 DEMO CAM Démo Camélia | | Démo Camélia
9004 DEMO DAH Démo Dahlia | | Démo Dahlia
9005 DEMO EGL Démo Églantine | | Démo Églantine
9006 DEMO FUS Démo Fuchsia | | Démo Fuchsia
9007 DEMO GEN Démo Genêt | | Démo Genêt
9008 DEMO HOR Démo Hortensia | | Démo Hortensia
9009 DEMO IRI Démo Iris | | Démo Iris
9010 DEMO JAS Démo Jasmin | | Démo Jasmin
"""
