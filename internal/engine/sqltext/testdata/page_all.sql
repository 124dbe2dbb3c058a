SELECT a.client_id, a.name
FROM "frame_1" f
JOIN "account" a ON a.account = f.party
ORDER BY f."client_revenue_minor" DESC NULLS LAST, a.client_id ASC
