// What a conversation holds already: messages that the same reader read, with the current memories derived from them; and memories
// by identity.
// $conversation: its key
// $digests: of messages
// $read_by: the reader
// $identities: of texts that may be memories
RETURN COLLECT {
         MATCH (s:Message)
         WHERE s.conversation = $conversation AND s.digest IN $digests AND s.read_by = $read_by
         RETURN {
           digest: s.digest,
           said_at: s.said_at /*micros*/,
           memories: COLLECT {
             MATCH (s)<-[:DERIVED_FROM]-(v:Version)
             MATCH (m:Memory {id: v.memory_id})
             RETURN DISTINCT [m.id, m.text]
           },
           withdrawn: EXISTS {
             MATCH (s)<-[:DERIVED_FROM]-(v:Version)
             MATCH (d:Version {memory_id: v.memory_id, event: 'DELETE'})
             WHERE d.recorded_to IS NULL AND NOT EXISTS { (d)-[:DERIVED_FROM]->() }
           }
         }
       } AS seen,
       COLLECT { UNWIND $identities AS identity MATCH (m:Memory {identity: identity}) RETURN m.text } AS texts
