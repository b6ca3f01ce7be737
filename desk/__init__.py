"""The company's side of the glass: the API for calls and jobs; later the web page for CSRs and the technician's page.

Never here: business rules.
"""
