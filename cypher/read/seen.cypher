// What is known already when messages come in again: those of the conversation that the same reader has read, with the current
// memories derived from them; and the texts of memories with given identities.
// $conversation: key of the conversation
// $digests: digests of the messages
// $read_by: name of the reader
// $identities: identities of texts that may be stored already
RETURN COLLECT {
         MATCH (s:GraphmemMessage)
         WHERE s.conversation = $conversation AND s.digest IN $digests AND s.read_by = $read_by
         RETURN {
           digest: s.digest,
           said_at: s.said_at /*micros*/,
           memories: COLLECT {
             MATCH (s)<-[:DERIVED_FROM]-(v:GraphmemVersion)
             MATCH (m:GraphmemMemory {id: v.memory_id})
             RETURN DISTINCT [m.id, m.text]
           },
           withdrawn: EXISTS {
             MATCH (s)<-[:DERIVED_FROM]-(v:GraphmemVersion)
             MATCH (d:GraphmemVersion {memory_id: v.memory_id, event: 'DELETE'})
             WHERE d.recorded_to IS NULL AND NOT EXISTS { (d)-[:DERIVED_FROM]->(:GraphmemMessage) }
           }
         }
       } AS seen,
       COLLECT { UNWIND $identities AS identity MATCH (m:GraphmemMemory {identity: identity}) RETURN m.text } AS texts
