// Which of these texts the store already holds.
// $identities: hashes of scope and text
UNWIND $identities AS identity
MATCH (m:Memory {identity: identity})
RETURN identity, m.id AS id
