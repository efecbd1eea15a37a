// All indexes of the database, other programs' too. Those of a constraint are left out.
SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint WHERE owningConstraint IS NULL AND labelsOrTypes IS NOT NULL
RETURN name, type, labelsOrTypes AS labels, properties
