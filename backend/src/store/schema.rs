//! The tables as Diesel sees them. Both databases have the same ones; a test compares them with the migrations.

#![expect(missing_docs, reason = "the migrations document the tables")]

diesel::table! {
    accounts (id) {
        id -> Binary,
        email -> Text,
        email_written -> Text,
        display_name -> Text,
        password_hash -> Text,
        locale -> Text,
        created_at -> Timestamp,
        password_changed_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    messages (id) {
        id -> Binary,
        format -> SmallInt,
        algorithm -> SmallInt,
        origin -> Text,
        sender -> Text,
        sender_written -> Text,
        reference -> Text,
        listed -> Bool,
        size -> BigInt,
        chunk_count -> Integer,
        sealed_outline -> Binary,
        sealed_cover -> Binary,
        cover_key_id -> Text,
        sender_wrap -> Nullable<Binary>,
        sender_key_id -> Nullable<Text>,
        in_reply_to -> Nullable<Binary>,
        sent_at -> Timestamp,
        received_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        recalled_at -> Nullable<Timestamp>,
        keys_destroyed_at -> Nullable<Timestamp>,
        purged_at -> Nullable<Timestamp>,
        read_notice -> Bool,
    }
}

diesel::table! {
    message_chunks (message_id, number) {
        message_id -> Binary,
        number -> Integer,
        sealed -> Binary,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Binary,
        message_id -> Binary,
        recipient -> Text,
        recipient_written -> Text,
        state -> Text,
        wrap -> Nullable<Binary>,
        key_id -> Nullable<Text>,
        ticket_hash -> Nullable<Binary>,
        sealed_ticket -> Nullable<Binary>,
        ticket_key_id -> Nullable<Text>,
        sealed_report -> Nullable<Binary>,
        report_key_id -> Nullable<Text>,
        created_at -> Timestamp,
        notified_at -> Nullable<Timestamp>,
        first_opened_at -> Nullable<Timestamp>,
        replied_at -> Nullable<Timestamp>,
        expires_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        requested_at -> Nullable<Timestamp>,
        refused_at -> Nullable<Timestamp>,
        warn_at -> Nullable<Timestamp>,
        renotified_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    registrations (id) {
        id -> Binary,
        email -> Text,
        email_written -> Text,
        display_name -> Text,
        password_hash -> Text,
        return_delivery_id -> Nullable<Binary>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        locale -> Nullable<Text>,
    }
}

diesel::table! {
    one_time_tokens (id) {
        id -> Binary,
        token_hash -> Binary,
        purpose -> Text,
        registration_id -> Nullable<Binary>,
        account_id -> Nullable<Binary>,
        return_delivery_id -> Nullable<Binary>,
        wrong_tries -> Integer,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        message_id -> Nullable<Binary>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Binary,
        account_id -> Binary,
        refresh_hash -> Binary,
        previous_hash -> Nullable<Binary>,
        rotated_at -> Timestamp,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Binary,
        account_id -> Binary,
        name -> Text,
        scopes -> Text,
        token_hash -> Binary,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Binary,
        kind -> Text,
        message_id -> Nullable<Binary>,
        delivery_id -> Nullable<Binary>,
        sealed_payload -> Nullable<Binary>,
        payload_key_id -> Nullable<Text>,
        wrap -> Nullable<Binary>,
        wrap_key_id -> Nullable<Text>,
        attempts -> Integer,
        due_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        lease_owner -> Nullable<Binary>,
        created_at -> Timestamp,
        give_up_at -> Timestamp,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    drafts (id) {
        id -> Binary,
        account_id -> Binary,
        name -> Text,
        sealed_content -> Binary,
        key_id -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    fingerprints (fingerprint, recipient) {
        fingerprint -> Binary,
        recipient -> Text,
        message_id -> Nullable<Binary>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sendings (account_id, key_hash) {
        account_id -> Binary,
        key_hash -> Binary,
        content_mac -> Binary,
        message_id -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    notes (sender, kind) {
        sender -> Text,
        kind -> Text,
        sent_at -> Timestamp,
    }
}

diesel::table! {
    key_checks (key_id) {
        key_id -> Text,
        check_value -> Binary,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_events (node, sequence) {
        id -> Binary,
        node -> Text,
        sequence -> BigInt,
        at -> Timestamp,
        event -> Text,
        actor -> Nullable<Text>,
        message_id -> Nullable<Binary>,
        delivery_id -> Nullable<Binary>,
        reason -> Nullable<Text>,
        key_id -> Text,
        previous_mac -> Binary,
        mac -> Binary,
    }
}

diesel::joinable!(deliveries -> messages (message_id));
diesel::joinable!(message_chunks -> messages (message_id));

diesel::allow_tables_to_appear_in_same_query!(deliveries, message_chunks, messages, outbox);
