# ruff: noqa: E501
"""The first schema: accounts, people, biometrics, enrolments, searches, the feed and the audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only;
"""


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("station_code", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('station', 'investigator', 'examiner', 'supervisor', 'administrator', 'auditor')",
            name=op.f("ck_accounts_role_known"),
        ),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_accounts_state_code_form")),
        sa.CheckConstraint(
            "username = lower(username) AND username <> ''", name=op.f("ck_accounts_username_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_account_id"), "audit", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_action"), "audit", ["action"], unique=False)
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index("ix_audit_case_number", "audit", ["case_number"], unique=False)
    op.create_index("ix_audit_object", "audit", ["object_type", "object_id"], unique=False)
    op.create_index(op.f("ix_audit_state_code"), "audit", ["state_code"], unique=False)
    op.create_table(
        "gallery_changes",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('add', 'remove')", name=op.f("ck_gallery_changes_kind_known")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_gallery_changes")),
    )
    op.create_index("ix_gallery_changes_reference_id", "gallery_changes", ["reference_id"], unique=False)
    op.create_table(
        "number_counters",
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("last_issued", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_number_counters_state_code_form")),
        sa.CheckConstraint(
            "last_issued BETWEEN 1 AND 99999999", name=op.f("ck_number_counters_last_issued_range")
        ),
        sa.PrimaryKeyConstraint("state_code", name=op.f("pk_number_counters")),
    )
    op.create_table(
        "objects_to_delete",
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("object_key", name=op.f("pk_objects_to_delete")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("nationality", sa.Text(), nullable=False),
        sa.Column("relative_relation", sa.Text(), nullable=False),
        sa.Column("child_in_conflict", sa.Boolean(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("particulars", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "erased_at IS NULL OR (birth_date IS NULL AND birth_year IS NULL AND sex = 'unknown' AND nationality = '' AND relative_relation = '' AND particulars = '{}'::jsonb)",
            name=op.f("ck_persons_erased_is_empty"),
        ),
        sa.CheckConstraint(
            "number ~ '^[0-9]{10}$' AND left(number, 2) = state_code", name=op.f("ck_persons_number_form")
        ),
        sa.CheckConstraint(
            "sex IN ('male', 'female', 'other', 'unknown')", name=op.f("ck_persons_sex_known")
        ),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_persons_state_code_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("number", name=op.f("uq_persons_number")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("username_hash", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username_hash", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(op.f("ix_sign_in_failures_last_at"), "sign_in_failures", ["last_at"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("max_candidates", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_batches_state_code_form")),
        sa.CheckConstraint(
            "status IN ('open', 'queued', 'running', 'complete', 'failed', 'cancelled')",
            name=op.f("ck_batches_status_known"),
        ),
        sa.CheckConstraint("max_candidates BETWEEN 1 AND 500", name=op.f("ck_batches_max_candidates_range")),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_batches_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_officer_id"), "batches", ["officer_id"], unique=False)
    op.create_table(
        "encounters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("station_code", sa.Text(), nullable=False),
        sa.Column("station_name", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lawful_basis", sa.Text(), nullable=False),
        sa.Column("superintendent_approval", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("fir_number", sa.Text(), nullable=False),
        sa.Column("fir_serial", sa.BigInteger(), nullable=True),
        sa.Column("fir_year", sa.Integer(), nullable=True),
        sa.Column("fir_registration", sa.Text(), nullable=False),
        sa.Column("acts_sections", postgresql.JSONB(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("cnr", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("disposal", sa.Text(), nullable=True),
        sa.Column("disposal_on", sa.Date(), nullable=True),
        sa.Column("disposal_final", sa.Boolean(), nullable=False),
        sa.Column("child_in_conflict", sa.Boolean(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("particulars", postgresql.JSONB(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "disposal IN ('convicted', 'acquitted', 'discharged', 'released_without_trial')",
            name=op.f("ck_encounters_disposal_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('arrest', 'conviction', 'security_order', 'preventive_detention', 'magistrate_order', 'prison_admission', 'unidentified_body', 'missing_person', 'elimination', 'training')",
            name=op.f("ck_encounters_kind_known"),
        ),
        sa.CheckConstraint(
            "lawful_basis IN ('convicted', 'security_ordered', 'arrested', 'preventive_detention', 'magistrate_order', 'specimen_order', 'deceased', 'missing', 'consent', 'training')",
            name=op.f("ck_encounters_lawful_basis_known"),
        ),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_encounters_state_code_form")),
        sa.CheckConstraint("fir_year BETWEEN 1860 AND 2200", name=op.f("ck_encounters_fir_year_range")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_encounters_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["accounts.id"], name=op.f("fk_encounters_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounters")),
    )
    op.create_index(op.f("ix_encounters_case_number"), "encounters", ["case_number"], unique=False)
    op.create_index("ix_encounters_fir", "encounters", ["fir_serial", "fir_year"], unique=False)
    op.create_index(op.f("ix_encounters_fir_registration"), "encounters", ["fir_registration"], unique=False)
    op.create_index("ix_encounters_person_state", "encounters", ["person_id", "state_code"], unique=False)
    op.create_index("ix_encounters_state_time", "encounters", ["state_code", "occurred_at"], unique=False)
    op.create_index(op.f("ix_encounters_station_code"), "encounters", ["station_code"], unique=False)
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lifted_by"], ["accounts.id"], name=op.f("fk_legal_holds_lifted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_legal_holds_person_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["accounts.id"], name=op.f("fk_legal_holds_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_person_id"), "legal_holds", ["person_id"], unique=False)
    op.create_table(
        "person_names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("romanised", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('primary', 'alias', 'relative')", name=op.f("ck_person_names_kind_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_person_names_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_names")),
    )
    op.create_index("ix_person_names_keys", "person_names", ["keys"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_person_names_person_id"), "person_names", ["person_id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tokens_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_account_id"), "tokens", ["account_id"], unique=False)
    op.create_index(op.f("ix_tokens_expires_at"), "tokens", ["expires_at"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_total", sa.Integer(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("duplicates", postgresql.JSONB(), nullable=False),
        sa.Column("person_details", postgresql.JSONB(), nullable=True),
        sa.Column("encounter_details", postgresql.JSONB(), nullable=True),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("station_code", sa.Text(), nullable=False),
        sa.Column("child_in_conflict", sa.Boolean(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("confirmation", sa.Text(), nullable=True),
        sa.Column("confirmed_person_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmation_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmation IN ('same_person', 'new_person', 'recapture')",
            name=op.f("ck_enrolments_confirmation_known"),
        ),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_enrolments_state_code_form")),
        sa.CheckConstraint(
            "status <> 'complete' OR person_id IS NOT NULL", name=op.f("ck_enrolments_complete_has_person")
        ),
        sa.CheckConstraint(
            "status IN ('accepted', 'processing', 'awaiting_confirmation', 'complete', 'needs_recapture', 'failed')",
            name=op.f("ck_enrolments_status_known"),
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name=op.f("fk_enrolments_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["confirmed_person_id"], ["persons.id"], name=op.f("fk_enrolments_confirmed_person_id")
        ),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name=op.f("fk_enrolments_encounter_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_enrolments_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_enrolments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("officer_id", "reference", name=op.f("uq_enrolments_officer_id_reference")),
    )
    op.create_index(
        op.f("ix_enrolments_confirmed_person_id"), "enrolments", ["confirmed_person_id"], unique=False
    )
    op.create_index(op.f("ix_enrolments_person_id"), "enrolments", ["person_id"], unique=False)
    op.create_index("ix_enrolments_state_status", "enrolments", ["state_code", "status"], unique=False)
    op.create_index("ix_enrolments_status_updated_at", "enrolments", ["status", "updated_at"], unique=False)
    op.create_table(
        "searches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("subjects_searched", sa.BigInteger(), nullable=False),
        sa.Column("references_searched", sa.BigInteger(), nullable=False),
        sa.Column("gallery_position", sa.BigInteger(), nullable=False),
        sa.Column("elapsed_ms", sa.Float(), nullable=True),
        sa.Column("outcome", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("case_number <> ''", name=op.f("ck_searches_case_number_stated")),
        sa.CheckConstraint(
            "kind IN ('face', 'finger', 'multimodal', 'verification')", name=op.f("ck_searches_kind_known")
        ),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_searches_purpose_stated")),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_searches_state_code_form")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_searches_batch_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_searches_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
    )
    op.create_index(op.f("ix_searches_batch_id"), "searches", ["batch_id"], unique=False)
    op.create_index(op.f("ix_searches_case_number"), "searches", ["case_number"], unique=False)
    op.create_index("ix_searches_officer", "searches", ["officer_id", "id"], unique=False)
    op.create_index("ix_searches_state", "searches", ["state_code", "id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('match', 'no_match', 'inconclusive')", name=op.f("ck_decisions_verdict_known")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_decisions_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_decisions_person_id")),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name=op.f("fk_decisions_search_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_person_id"), "decisions", ["person_id"], unique=False)
    op.create_index(op.f("ix_decisions_search_id"), "decisions", ["search_id"], unique=False)
    op.create_table(
        "samples",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("impression", sa.Text(), nullable=True),
        sa.Column("dpi", sa.Float(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("thumbnail_key", sa.Text(), nullable=True),
        sa.Column("face_index", sa.SmallInteger(), nullable=True),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("station_code", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "impression IN ('plain', 'rolled', 'latent')", name=op.f("ck_samples_impression_known")
        ),
        sa.CheckConstraint("modality IN ('face', 'finger')", name=op.f("ck_samples_modality_known")),
        sa.CheckConstraint("role IN ('enrolment', 'probe')", name=op.f("ck_samples_role_known")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_samples_sha256_form")),
        sa.CheckConstraint("state_code ~ '^[0-9]{2}$'", name=op.f("ck_samples_state_code_form")),
        sa.CheckConstraint("dpi > 0 AND dpi < 100000", name=op.f("ck_samples_dpi_range")),
        sa.CheckConstraint("position BETWEEN 0 AND 10", name=op.f("ck_samples_position_known")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name=op.f("fk_samples_encounter_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_samples_enrolment_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_samples_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_samples_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("object_key", name=op.f("uq_samples_object_key")),
        sa.UniqueConstraint("thumbnail_key", name=op.f("uq_samples_thumbnail_key")),
    )
    op.create_index(op.f("ix_samples_encounter_id"), "samples", ["encounter_id"], unique=False)
    op.create_index(op.f("ix_samples_enrolment_id"), "samples", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_samples_person_id"), "samples", ["person_id"], unique=False)
    op.create_index(op.f("ix_samples_sha256"), "samples", ["sha256"], unique=False)
    op.create_table(
        "search_candidates",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("false_match_rate", sa.Float(), nullable=False),
        sa.Column("expected_strangers", sa.Float(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_search_candidates_person_id")),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name=op.f("fk_search_candidates_search_id")),
        sa.PrimaryKeyConstraint("search_id", "rank", name=op.f("pk_search_candidates")),
    )
    op.create_index(op.f("ix_search_candidates_person_id"), "search_candidates", ["person_id"], unique=False)
    op.create_table(
        "batch_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("search_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'done', 'failed')", name=op.f("ck_batch_items_status_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_items_batch_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_batch_items_sample_id")),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name=op.f("fk_batch_items_search_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_items")),
        sa.UniqueConstraint("batch_id", "place", name=op.f("uq_batch_items_batch_id_place")),
    )
    op.create_index(op.f("ix_batch_items_sample_id"), "batch_items", ["sample_id"], unique=False)
    op.create_index("ix_batch_items_status", "batch_items", ["batch_id", "status", "place"], unique=False)
    op.create_table(
        "search_probes",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_search_probes_sample_id")),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name=op.f("fk_search_probes_search_id")),
        sa.PrimaryKeyConstraint("search_id", "place", name=op.f("pk_search_probes")),
    )
    op.create_index(op.f("ix_search_probes_sample_id"), "search_probes", ["sample_id"], unique=False)
    op.create_table(
        "templates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("quality_reasons", postgresql.JSONB(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("modality IN ('face', 'finger')", name=op.f("ck_templates_modality_known")),
        sa.CheckConstraint(
            "(person_id IS NULL) = (encounter_id IS NULL)", name=op.f("ck_templates_linked_wholly")
        ),
        sa.CheckConstraint("position BETWEEN 0 AND 10", name=op.f("ck_templates_position_known")),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_templates_quality_range")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name=op.f("fk_templates_encounter_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_templates_person_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_templates_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("sample_id", "producer", name=op.f("uq_templates_sample_id_producer")),
    )
    op.create_index(op.f("ix_templates_encounter_id"), "templates", ["encounter_id"], unique=False)
    op.create_index(op.f("ix_templates_person_id"), "templates", ["person_id"], unique=False)
    op.execute(APPEND_ONLY)
