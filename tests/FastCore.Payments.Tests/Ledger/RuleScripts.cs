namespace FastCore.Payments.Tests.Ledger;

/// <summary>The ledger's rules as tables; see <see cref="LedgerScript"/> for the language.</summary>
internal static class RuleScripts
{
    public const string L1_accounts_are_refused_by_the_first_rule_broken = """
        account id=0 ledger=0 code=0 reserved=1 flags=0x8000 timestamp=1        -> timestamp_must_be_zero
        account id=0 ledger=0 code=0 reserved=1 flags=0x8000                    -> reserved_field
        account id=0 ledger=0 code=0 flags=0x8000                               -> reserved_flag
        account id=0 ledger=0 code=0                                            -> id_must_not_be_zero
        account id=max ledger=0 code=0                                          -> id_must_not_be_int_max
        account id=1 ledger=0 code=0 debits_pending=1 debits_posted=1 credits_pending=1 credits_posted=1 \
            flags=debits_must_not_exceed_credits|credits_must_not_exceed_debits -> flags_are_mutually_exclusive
        account id=1 ledger=0 code=0 debits_pending=1 debits_posted=1 credits_pending=1 credits_posted=1 -> \
            debits_pending_must_be_zero
        account id=1 ledger=0 code=0 debits_posted=1 credits_pending=1 credits_posted=1 -> debits_posted_must_be_zero
        account id=1 ledger=0 code=0 credits_pending=1 credits_posted=1         -> credits_pending_must_be_zero
        account id=1 ledger=0 code=0 credits_posted=1                           -> credits_posted_must_be_zero
        account id=1 ledger=0 code=0                                            -> ledger_must_not_be_zero
        account id=1 code=0                                                     -> code_must_not_be_zero
        account id=1                                                            -> created
        account id=2 flags=linked                                               -> linked_event_chain_open
        balance 1 0 0 0 0
        """;

    public const string L13_accounts_that_exist_name_the_first_difference = """
        account id=1 ledger=1 code=1 user_data_128=1 user_data_64=2 user_data_32=3 flags=history -> created
        account id=1 ledger=2 code=2 user_data_128=9 user_data_64=9 user_data_32=9 -> exists_with_different_flags
        account id=1 ledger=2 code=2 user_data_128=9 user_data_64=9 user_data_32=9 flags=history -> \
            exists_with_different_user_data_128
        account id=1 ledger=2 code=2 user_data_128=1 user_data_64=9 user_data_32=9 flags=history -> \
            exists_with_different_user_data_64
        account id=1 ledger=2 code=2 user_data_128=1 user_data_64=2 user_data_32=9 flags=history -> \
            exists_with_different_user_data_32
        account id=1 ledger=2 code=2 user_data_128=1 user_data_64=2 user_data_32=3 flags=history -> \
            exists_with_different_ledger
        account id=1 ledger=1 code=2 user_data_128=1 user_data_64=2 user_data_32=3 flags=history -> \
            exists_with_different_code
        account id=1 ledger=1 code=1 user_data_128=1 user_data_64=2 user_data_32=3 flags=history -> exists
        account id=1 ledger=1 code=1 debits_posted=5 user_data_128=1 user_data_64=2 user_data_32=3 flags=history -> \
            exists
        """;

    public const string L5_linked_accounts_open_all_or_none = """
        account id=7                          -> created
        account id=1 flags=linked             -> linked_event_failed
        account id=2 flags=linked             -> linked_event_failed
        account id=2 flags=linked             -> exists
        account id=3                          -> linked_event_failed
        account id=1 flags=linked             -> created
        account id=2                          -> created
        account id=4 flags=linked             -> linked_event_failed
        account id=0 flags=linked             -> id_must_not_be_zero
        account id=5 flags=linked             -> linked_event_chain_open
        commit
        account id=4 flags=linked             -> linked_event_failed
        account id=5 flags=linked             -> linked_event_chain_open
        commit
        account id=4 ledger=9                 -> created
        account id=3                          -> created
        balance 1 0 0 0 0
        balance 2 0 0 0 0
        """;

    public const string L2_transfers_are_refused_by_the_first_rule_broken = """
        account id=1                          -> created
        account id=2                          -> created
        account id=3                          -> created
        account id=4 ledger=2                 -> created
        account id=5 flags=debits_must_not_exceed_credits -> created
        account id=6 flags=credits_must_not_exceed_debits -> created
        setup id=1 debits_pending=max-499 debits_posted=200 -> created
        setup id=2 credits_pending=max-499 credits_posted=200 -> created
        setup id=3 debits_pending=max-99 credits_pending=max-99 -> created
        transfer id=0 debit=0 credit=0 ledger=0 code=0 flags=0x8000 timestamp=1   -> timestamp_must_be_zero
        transfer id=0 debit=0 credit=0 ledger=0 code=0 flags=0x8000               -> reserved_flag
        transfer id=0 debit=0 credit=0 ledger=0 code=0                            -> id_must_not_be_zero
        transfer id=max debit=0 credit=0 ledger=0 code=0                          -> id_must_not_be_int_max
        transfer id=1 debit=0 credit=0 ledger=0 code=0 pending_id=1 timeout=1     -> debit_account_id_must_not_be_zero
        transfer id=1 debit=max credit=0 ledger=0 code=0 pending_id=1 timeout=1 -> debit_account_id_must_not_be_int_max
        transfer id=1 debit=8 credit=0 ledger=0 code=0 pending_id=1 timeout=1     -> credit_account_id_must_not_be_zero
        transfer id=1 debit=8 credit=max ledger=0 code=0 pending_id=1 timeout=1 -> credit_account_id_must_not_be_int_max
        transfer id=1 debit=8 credit=8 ledger=0 code=0 pending_id=1 timeout=1     -> accounts_must_be_different
        transfer id=1 debit=8 credit=9 ledger=0 code=0 pending_id=1 timeout=1 flags=closing_debit -> \
            pending_id_must_be_zero
        transfer id=1 debit=8 credit=9 ledger=0 code=0 timeout=1 flags=closing_debit -> \
            timeout_reserved_for_pending_transfer
        transfer id=1 debit=8 credit=9 ledger=0 code=0 flags=closing_debit        -> closing_transfer_must_be_pending
        transfer id=1 debit=8 credit=9 ledger=0 code=0 flags=closing_credit       -> closing_transfer_must_be_pending
        transfer id=1 debit=8 credit=9 ledger=0 code=0                            -> ledger_must_not_be_zero
        transfer id=1 debit=8 credit=9 ledger=9 code=0                            -> code_must_not_be_zero
        transfer id=21 debit=8 credit=9 ledger=9                                  -> debit_account_not_found
        transfer id=22 debit=1 credit=9 ledger=9                                  -> credit_account_not_found
        transfer id=1 debit=1 credit=4 ledger=9                                   -> accounts_must_have_the_same_ledger
        transfer id=1 debit=1 credit=2 ledger=9 -> transfer_must_have_the_same_ledger_as_accounts
        transfer id=1 debit=1 credit=2 amount=500 flags=pending timeout=max       -> overflows_debits_pending
        transfer id=1 debit=5 credit=2 amount=500 flags=pending timeout=max       -> overflows_credits_pending
        transfer id=1 debit=1 credit=3 amount=max                                 -> overflows_debits_posted
        transfer id=1 debit=5 credit=2 amount=max                                 -> overflows_credits_posted
        transfer id=1 debit=1 credit=2 amount=300                                 -> overflows_debits
        transfer id=1 debit=5 credit=2 amount=300                                 -> overflows_credits
        transfer id=54 debit=5 credit=6 amount=1                                  -> exceeds_credits
        transfer id=55 debit=1 credit=6 amount=1                                  -> exceeds_debits
        transfer id=1 debit=1 credit=2 amount=100                                 -> created
        transfer id=2 debit=1 credit=2 flags=linked                               -> linked_event_chain_open
        balance 1 max-499 300 0 0
        balance 2 0 0 max-499 300
        """;

    public const string L9_overflowing_timeouts_are_refused = """
        account id=1                                                     -> created
        account id=2                                                     -> created
        clock max-5s
        transfer id=1 debit=1 credit=2 amount=1 flags=pending timeout=5  -> overflows_timeout
        transfer id=1 debit=1 credit=2 amount=1 flags=pending timeout=4  -> created
        """;

    public const string L13_transfers_that_exist_name_the_first_difference = """
        account id=1                          -> created
        account id=2                          -> created
        account id=3                          -> created
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=1 user_data_64=2 user_data_32=3 timeout=9 \
            flags=pending -> created
        transfer id=1 debit=7 credit=7 amount=7 user_data_128=7 user_data_64=7 user_data_32=7 timeout=7 ledger=7 \
            code=7 pending_id=7 -> exists_with_different_flags
        transfer id=1 debit=7 credit=7 amount=7 user_data_128=7 user_data_64=7 user_data_32=7 timeout=7 ledger=7 \
            code=7 pending_id=7 flags=pending -> exists_with_different_pending_id
        transfer id=1 debit=7 credit=7 amount=7 user_data_128=7 user_data_64=7 user_data_32=7 timeout=7 ledger=7 \
            code=7 flags=pending -> exists_with_different_timeout
        transfer id=1 debit=7 credit=7 amount=7 user_data_128=7 user_data_64=7 user_data_32=7 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_debit_account_id
        transfer id=1 debit=1 credit=7 amount=7 user_data_128=7 user_data_64=7 user_data_32=7 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_credit_account_id
        transfer id=1 debit=1 credit=2 amount=7 user_data_128=7 user_data_64=7 user_data_32=7 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_amount
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=7 user_data_64=7 user_data_32=7 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_user_data_128
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=1 user_data_64=7 user_data_32=7 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_user_data_64
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=1 user_data_64=2 user_data_32=7 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_user_data_32
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=1 user_data_64=2 user_data_32=3 timeout=9 ledger=7 \
            code=7 flags=pending -> exists_with_different_ledger
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=1 user_data_64=2 user_data_32=3 timeout=9 code=7 \
            flags=pending -> exists_with_different_code
        transfer id=1 debit=1 credit=2 amount=5 user_data_128=1 user_data_64=2 user_data_32=3 timeout=9 \
            flags=pending -> exists
        transfer id=2 pending_id=1 amount=max flags=post_pending_transfer -> created
        transfer id=2 pending_id=1 amount=max flags=post_pending_transfer -> exists
        transfer id=2 pending_id=1 amount=5 user_data_128=1 user_data_64=2 user_data_32=3 debit=1 credit=2 \
            flags=post_pending_transfer -> exists
        transfer id=2 pending_id=1 amount=5 debit=7 flags=post_pending_transfer -> \
            exists_with_different_debit_account_id
        transfer id=2 pending_id=1 amount=5 credit=7 flags=post_pending_transfer -> \
            exists_with_different_credit_account_id
        transfer id=2 pending_id=1 amount=4 flags=post_pending_transfer -> exists_with_different_amount
        transfer id=2 pending_id=1 amount=0 flags=post_pending_transfer -> exists_with_different_amount
        transfer id=2 pending_id=1 amount=5 user_data_128=7 flags=post_pending_transfer -> \
            exists_with_different_user_data_128
        transfer id=2 pending_id=1 amount=5 user_data_64=7 flags=post_pending_transfer -> \
            exists_with_different_user_data_64
        transfer id=2 pending_id=1 amount=5 user_data_32=7 flags=post_pending_transfer -> \
            exists_with_different_user_data_32
        transfer id=2 pending_id=1 amount=5 ledger=7 flags=post_pending_transfer -> exists_with_different_ledger
        transfer id=2 pending_id=1 amount=5 code=7 flags=post_pending_transfer -> exists_with_different_code
        transfer id=2 pending_id=7 amount=5 flags=post_pending_transfer -> exists_with_different_pending_id
        transfer id=2 pending_id=1 amount=5 flags=void_pending_transfer -> exists_with_different_flags
        transfer id=2 pending_id=1 amount=5 timeout=1 flags=post_pending_transfer -> exists_with_different_timeout
        """;

    public const string L5_linked_chain_of_transfers_is_all_or_nothing = """
        account id=1                                                    -> created
        account id=2                                                    -> created
        account id=3 flags=debits_must_not_exceed_credits               -> created
        transfer id=1 debit=1 credit=2 amount=5                         -> created
        transfer id=2 debit=1 credit=3 amount=5 flags=linked            -> linked_event_failed
        transfer id=3 debit=3 credit=2 amount=4 flags=linked            -> linked_event_failed
        transfer id=4 debit=3 credit=2 amount=2                         -> exceeds_credits
        transfer id=5 debit=1 credit=3 amount=5 flags=linked            -> created
        transfer id=6 debit=3 credit=2 amount=4 flags=linked            -> created
        transfer id=7 debit=3 credit=2 amount=1                         -> created
        transfer id=4 debit=3 credit=2 amount=2                         -> id_already_failed
        transfer id=2 debit=1 credit=3 amount=1 flags=linked            -> created
        transfer id=3 debit=3 credit=2 amount=1                         -> created
        transfer id=8 debit=1 credit=2 amount=1 flags=linked            -> linked_event_failed
        transfer id=8 debit=1 credit=2 amount=1 flags=linked            -> exists
        transfer id=9 debit=1 credit=2 amount=1                         -> linked_event_failed
        transfer id=10 debit=1 credit=2 amount=9 flags=linked           -> linked_event_failed
        transfer id=11 debit=1 credit=2 amount=9 flags=linked           -> linked_event_chain_open
        balance 1 0 11 0 0
        balance 2 0 0 0 11
        balance 3 0 6 0 6
        missing 8
        missing 9
        missing 10
        """;

    public const string L23_multi_posting_transaction_is_one_linked_chain = """
        account id=1                                                    -> created
        account id=2                                                    -> created
        account id=3                                                    -> created
        account id=4 ledger=2                                           -> created
        account id=5 ledger=2                                           -> created
        transfer id=1 debit=1 credit=2 amount=70 flags=linked           -> created
        transfer id=2 debit=1 credit=3 amount=30 flags=linked           -> created
        transfer id=3 debit=4 credit=5 amount=9 ledger=2                -> created
        commit
        transfer id=4 debit=1 credit=2 amount=70 flags=linked           -> linked_event_failed
        transfer id=5 debit=4 credit=9 amount=9 ledger=2 flags=linked   -> credit_account_not_found
        transfer id=6 debit=1 credit=3 amount=30                        -> linked_event_failed
        balance 1 0 100 0 0
        balance 2 0 0 0 70
        balance 3 0 0 0 30
        balance 4 0 9 0 0
        """;

    public const string L6_pending_reserves_and_counts_against_limits = """
        account id=1                                                    -> created
        account id=2 flags=debits_must_not_exceed_credits               -> created
        transfer id=1 debit=1 credit=2 amount=10                        -> created
        transfer id=2 debit=2 credit=1 amount=7 flags=pending           -> created
        transfer id=3 debit=2 credit=1 amount=4                         -> exceeds_credits
        transfer id=4 debit=2 credit=1 amount=4 flags=pending           -> exceeds_credits
        transfer id=5 debit=2 credit=1 amount=3                         -> created
        balance 1 0 10 7 3
        balance 2 7 3 0 10
        transfer id=6 pending_id=2 amount=max flags=post_pending_transfer -> created
        balance 1 0 10 0 10
        balance 2 0 10 0 10
        """;

    public const string L7_post_in_full_or_in_part = """
        account id=1                                                      -> created
        account id=2                                                      -> created
        transfer id=1 debit=1 credit=2 amount=15 flags=pending            -> created
        transfer id=2 debit=1 credit=2 amount=15 flags=pending            -> created
        transfer id=3 debit=1 credit=2 amount=15 flags=pending            -> created
        transfer id=11 pending_id=1 amount=16 flags=post_pending_transfer -> exceeds_pending_transfer_amount
        transfer id=11 pending_id=1 amount=7 flags=post_pending_transfer  -> created
        transfer id=12 pending_id=2 amount=max flags=post_pending_transfer -> created
        transfer id=13 pending_id=3 amount=0 flags=post_pending_transfer  -> created
        amount 11 -> 7
        amount 12 -> 15
        amount 13 -> 0
        balance 1 0 22 0 0
        balance 2 0 0 0 22
        """;

    public const string L8_void_returns_all = """
        account id=1                                                      -> created
        account id=2                                                      -> created
        transfer id=1 debit=1 credit=2 amount=15 flags=pending            -> created
        transfer id=2 debit=1 credit=2 amount=15 flags=pending            -> created
        transfer id=11 pending_id=1 amount=16 flags=void_pending_transfer -> exceeds_pending_transfer_amount
        transfer id=11 pending_id=1 amount=14 flags=void_pending_transfer -> pending_transfer_has_different_amount
        transfer id=11 pending_id=1 amount=15 flags=void_pending_transfer -> created
        transfer id=12 pending_id=2 flags=void_pending_transfer           -> created
        transfer id=12 pending_id=2 amount=15 flags=void_pending_transfer -> exists
        transfer id=12 pending_id=2 amount=14 flags=void_pending_transfer -> exists_with_different_amount
        amount 12 -> 15
        balance 1 0 0 0 0
        balance 2 0 0 0 0
        """;

    public const string L10_resolutions_are_refused_by_the_first_rule_broken = """
        account id=1                                                      -> created
        account id=2                                                      -> created
        transfer id=1 debit=1 credit=2 amount=15 flags=pending            -> created
        transfer id=2 debit=1 credit=2 amount=15                          -> created
        transfer id=9 flags=post_pending_transfer|void_pending_transfer   -> flags_are_mutually_exclusive
        transfer id=9 flags=post_pending_transfer|pending                 -> flags_are_mutually_exclusive
        transfer id=9 flags=post_pending_transfer|balancing_debit         -> flags_are_mutually_exclusive
        transfer id=9 flags=post_pending_transfer|balancing_credit        -> flags_are_mutually_exclusive
        transfer id=9 flags=void_pending_transfer|closing_debit           -> flags_are_mutually_exclusive
        transfer id=9 flags=void_pending_transfer|closing_credit          -> flags_are_mutually_exclusive
        transfer id=9 timeout=1 flags=post_pending_transfer               -> pending_id_must_not_be_zero
        transfer id=9 pending_id=max timeout=1 flags=post_pending_transfer -> pending_id_must_not_be_int_max
        transfer id=9 pending_id=9 timeout=1 flags=post_pending_transfer  -> pending_id_must_be_different
        transfer id=9 pending_id=77 timeout=1 flags=post_pending_transfer -> timeout_reserved_for_pending_transfer
        transfer id=10 pending_id=77 flags=post_pending_transfer          -> pending_transfer_not_found
        transfer id=9 pending_id=2 debit=9 flags=post_pending_transfer    -> pending_transfer_not_pending
        transfer id=11 pending_id=10 flags=post_pending_transfer          -> pending_transfer_not_found
        transfer id=9 pending_id=1 debit=2 credit=1 ledger=9 code=9 amount=99 flags=post_pending_transfer -> \
            pending_transfer_has_different_debit_account_id
        transfer id=9 pending_id=1 debit=1 credit=1 ledger=9 code=9 amount=99 flags=post_pending_transfer -> \
            pending_transfer_has_different_credit_account_id
        transfer id=9 pending_id=1 debit=1 credit=2 ledger=9 code=9 amount=99 flags=post_pending_transfer -> \
            pending_transfer_has_different_ledger
        transfer id=9 pending_id=1 debit=1 credit=2 code=9 amount=99 flags=post_pending_transfer -> \
            pending_transfer_has_different_code
        transfer id=9 pending_id=1 debit=1 credit=2 amount=99 flags=post_pending_transfer -> \
            exceeds_pending_transfer_amount
        transfer id=9 pending_id=1 ledger=0 code=0 amount=15 flags=post_pending_transfer -> created
        transfer id=12 pending_id=1 amount=99 flags=post_pending_transfer -> exceeds_pending_transfer_amount
        transfer id=12 pending_id=1 amount=max flags=post_pending_transfer -> pending_transfer_already_posted
        transfer id=12 pending_id=1 flags=void_pending_transfer           -> pending_transfer_already_posted
        transfer id=13 debit=1 credit=2 amount=15 flags=pending           -> created
        transfer id=14 pending_id=13 flags=void_pending_transfer          -> created
        transfer id=12 pending_id=13 amount=3 flags=post_pending_transfer -> pending_transfer_already_voided
        transfer id=12 pending_id=9 flags=void_pending_transfer           -> pending_transfer_not_pending
        """;

    public const string L9_timeouts_expire_exactly = """
        account id=1                                                       -> created
        account id=2                                                       -> created
        transfer id=1 debit=1 credit=2 amount=5 timeout=1 flags=pending    -> created
        transfer id=2 debit=1 credit=2 amount=7 timeout=2 flags=pending    -> created
        transfer id=3 debit=1 credit=2 amount=9 flags=pending              -> created
        balance 1 21 0 0 0
        tick 1s
        balance 1 16 0 0 0
        transfer id=11 pending_id=1 amount=max flags=post_pending_transfer -> pending_transfer_expired
        transfer id=12 pending_id=2 amount=max flags=post_pending_transfer -> created
        transfer id=13 pending_id=1 debit=9 flags=void_pending_transfer -> \
            pending_transfer_has_different_debit_account_id
        balance 1 9 7 0 0
        tick 3s
        balance 1 9 7 0 0
        balance 2 0 0 9 7
        amount 1 -> 5
        """;

    public const string L10_an_expired_pending_in_the_same_batch_is_expired = """
        account id=1                                                       -> created
        account id=2                                                       -> created
        transfer id=1 debit=1 credit=2 amount=5 timeout=1 flags=pending    -> created
        commit
        tick 999999997ns
        transfer id=2 debit=1 credit=2 amount=1                            -> created
        transfer id=3 debit=1 credit=2 amount=1                            -> created
        transfer id=4 debit=1 credit=2 amount=1                            -> created
        transfer id=5 pending_id=1 amount=max flags=post_pending_transfer  -> pending_transfer_expired
        tick 1s
        balance 1 0 3 0 0
        """;

    public const string L11_limits_hold_on_both_sides = """
        account id=1                                                     -> created
        account id=2 flags=debits_must_not_exceed_credits                -> created
        account id=3 flags=credits_must_not_exceed_debits                -> created
        transfer id=1 debit=1 credit=2 amount=5                          -> created
        transfer id=2 debit=2 credit=1 amount=6                          -> exceeds_credits
        transfer id=3 debit=2 credit=1 amount=5                          -> created
        transfer id=4 debit=3 credit=1 amount=5                          -> created
        transfer id=5 debit=1 credit=3 amount=6                          -> exceeds_debits
        transfer id=6 debit=1 credit=3 amount=5                          -> created
        balance 2 0 5 0 5
        balance 3 0 5 0 5
        """;

    public const string L12_balancing_moves_what_is_left = """
        account id=1                                                     -> created
        account id=2                                                     -> created
        account id=3 flags=debits_must_not_exceed_credits                -> created
        transfer id=1 debit=1 credit=3 amount=10                         -> created
        transfer id=2 debit=3 credit=2 amount=3 flags=pending            -> created
        transfer id=3 debit=3 credit=2 amount=max flags=balancing_debit  -> created
        transfer id=4 debit=3 credit=2 amount=5 flags=balancing_debit    -> created
        transfer id=5 debit=2 credit=1 amount=4 flags=balancing_credit   -> created
        transfer id=6 debit=2 credit=1 amount=99 flags=balancing_credit  -> created
        transfer id=7 debit=2 credit=1 amount=99 flags=balancing_credit|balancing_debit -> created
        amount 3 -> 7
        amount 4 -> 0
        amount 5 -> 4
        amount 6 -> 6
        amount 7 -> 0
        transfer id=3 debit=3 credit=2 amount=7 flags=balancing_debit    -> exists
        transfer id=3 debit=3 credit=2 amount=8 flags=balancing_debit    -> exists
        transfer id=3 debit=3 credit=2 amount=6 flags=balancing_debit    -> exists_with_different_amount
        balance 3 3 7 0 10
        """;

    public const string L14_a_transient_failure_uses_the_id_up = """
        account id=1                                                     -> created
        account id=2 flags=debits_must_not_exceed_credits                -> created
        account id=3 flags=credits_must_not_exceed_debits                -> created
        account id=4 flags=closed                                        -> created
        transfer id=1 debit=9 credit=1 amount=1                          -> debit_account_not_found
        transfer id=2 debit=1 credit=9 amount=1                          -> credit_account_not_found
        transfer id=3 pending_id=9 flags=post_pending_transfer           -> pending_transfer_not_found
        transfer id=4 debit=2 credit=1 amount=1                          -> exceeds_credits
        transfer id=5 debit=1 credit=3 amount=1                          -> exceeds_debits
        transfer id=6 debit=4 credit=1 amount=1                          -> debit_account_already_closed
        transfer id=7 debit=1 credit=4 amount=1                          -> credit_account_already_closed
        transfer id=8 debit=1 credit=2 amount=1 code=0                   -> code_must_not_be_zero
        transfer id=8 debit=1 credit=2 amount=1                          -> created
        transfer id=1 debit=1 credit=2 amount=1                          -> id_already_failed
        transfer id=2 debit=1 credit=2 amount=1                          -> id_already_failed
        transfer id=3 debit=1 credit=2 amount=1                          -> id_already_failed
        transfer id=4 debit=1 credit=2 amount=1                          -> id_already_failed
        transfer id=5 debit=1 credit=2 amount=1                          -> id_already_failed
        transfer id=6 debit=1 credit=2 amount=1                          -> id_already_failed
        transfer id=7 flags=post_pending_transfer                        -> id_already_failed
        transfer id=1 debit=1 credit=2 amount=1 flags=0x8000             -> reserved_flag
        missing 1
        missing 7
        """;

    public const string L15_closing_refuses_all_but_void = """
        account id=1                                                             -> created
        account id=2                                                             -> created
        account id=3                                                             -> created
        transfer id=1 debit=1 credit=2 amount=5 flags=pending                    -> created
        transfer id=2 debit=1 credit=2 flags=pending|closing_debit|closing_credit -> created
        balance 1 5 0 0 0 closed
        balance 2 0 0 5 0 closed
        transfer id=3 debit=1 credit=3 amount=1                                  -> debit_account_already_closed
        transfer id=4 debit=3 credit=1 amount=1                                  -> credit_account_already_closed
        transfer id=5 debit=1 credit=3 flags=pending|closing_debit               -> debit_account_already_closed
        transfer id=6 pending_id=1 amount=max flags=post_pending_transfer        -> debit_account_already_closed
        transfer id=7 pending_id=1 flags=void_pending_transfer                   -> created
        transfer id=8 pending_id=2 amount=max flags=post_pending_transfer        -> debit_account_already_closed
        balance 1 0 0 0 0 closed
        transfer id=9 pending_id=2 flags=void_pending_transfer                   -> created
        balance 1 0 0 0 0
        balance 2 0 0 0 0
        transfer id=10 debit=1 credit=3 amount=1                                 -> created
        transfer id=11 debit=3 credit=2 timeout=1 flags=pending|closing_credit   -> created
        transfer id=12 debit=3 credit=1 amount=5 flags=pending                   -> created
        transfer id=13 debit=3 credit=1 flags=pending|closing_credit             -> created
        transfer id=14 pending_id=12 amount=max flags=post_pending_transfer      -> credit_account_already_closed
        balance 2 0 0 0 0 closed
        tick 1s
        balance 2 0 0 0 0
        transfer id=15 debit=3 credit=2 amount=1                                 -> created
        """;

    public const string L19_imported_accounts_rise_in_the_past = """
        tick 10ns
        account id=1 flags=imported timestamp=0                  -> imported_event_timestamp_out_of_range
        account id=1 flags=imported timestamp=max                -> imported_event_timestamp_out_of_range
        account id=1 flags=imported timestamp=9000000000000000   -> imported_event_timestamp_must_not_advance
        account id=1 flags=imported timestamp=20                 -> created
        account id=2 flags=imported timestamp=20                 -> imported_event_timestamp_must_not_regress
        account id=2 flags=imported timestamp=30                 -> created
        account id=3                                             -> imported_event_expected
        account id=1 flags=imported timestamp=5                  -> exists
        account id=4 flags=imported timestamp=40                 -> created
        account id=0 flags=imported timestamp=50                 -> id_must_not_be_zero
        commit
        account id=5                                             -> created
        account id=6 flags=imported timestamp=60                 -> imported_event_not_expected
        commit
        account id=7 flags=imported timestamp=70                 -> imported_event_timestamp_must_not_regress
        """;

    public const string L19_imported_transfers_rise_in_the_past = """
        account id=1 flags=imported timestamp=20                                       -> created
        account id=2 flags=imported timestamp=30                                       -> created
        account id=3 flags=imported timestamp=90                                       -> created
        transfer id=1 debit=1 credit=2 amount=3 flags=imported timestamp=0 -> imported_event_timestamp_out_of_range
        transfer id=1 debit=1 credit=2 amount=3 flags=imported timestamp=max -> imported_event_timestamp_out_of_range
        transfer id=1 debit=1 credit=2 amount=3 flags=imported timestamp=9000000000000000 -> \
            imported_event_timestamp_must_not_advance
        transfer id=1 debit=1 credit=2 amount=3 flags=imported timestamp=20 -> imported_event_timestamp_must_not_regress
        transfer id=1 debit=1 credit=2 amount=3 flags=imported timestamp=30 -> imported_event_timestamp_must_not_regress
        transfer id=1 debit=3 credit=2 amount=3 flags=imported timestamp=40 -> \
            imported_event_timestamp_must_postdate_debit_account
        transfer id=1 debit=1 credit=3 amount=3 flags=imported timestamp=40 -> \
            imported_event_timestamp_must_postdate_credit_account
        transfer id=1 debit=1 credit=2 amount=3 flags=imported|pending timeout=1 timestamp=40 -> \
            imported_event_timeout_must_be_zero
        transfer id=1 debit=1 credit=2 amount=3 flags=imported timestamp=40            -> created
        transfer id=2 debit=1 credit=2 amount=3 flags=imported timestamp=35 -> imported_event_timestamp_must_not_regress
        transfer id=2 debit=1 credit=2 amount=3 flags=imported timestamp=90 -> imported_event_timestamp_must_not_regress
        transfer id=2 debit=1 credit=2 amount=3 flags=imported timestamp=91            -> created
        transfer id=2 debit=1 credit=2 amount=3 flags=imported timestamp=5             -> exists
        transfer id=3 debit=1 credit=2 amount=3                                        -> imported_event_expected
        transfer id=4 debit=1 credit=2 amount=3 flags=imported|pending timestamp=92    -> created
        transfer id=5 pending_id=4 amount=max flags=imported|post_pending_transfer timestamp=92 -> \
            imported_event_timestamp_must_not_regress
        transfer id=5 pending_id=4 amount=max flags=imported|post_pending_transfer timestamp=93 -> created
        transfer id=6 debit=1 credit=2 amount=3 flags=imported|linked timestamp=94     -> linked_event_failed
        transfer id=7 debit=1 credit=2 amount=3 flags=imported timestamp=94 -> imported_event_timestamp_must_not_regress
        transfer id=6 debit=1 credit=2 amount=3 flags=imported timestamp=94            -> created
        commit
        transfer id=8 debit=1 credit=2 amount=3                                        -> created
        transfer id=9 debit=1 credit=2 amount=3 flags=imported timestamp=95            -> imported_event_not_expected
        commit
        transfer id=9 debit=1 credit=2 amount=3 flags=imported timestamp=95 -> imported_event_timestamp_must_not_regress
        commit
        account id=4 flags=imported timestamp=91 -> imported_event_timestamp_must_not_regress
        account id=4 flags=imported timestamp=94 -> imported_event_timestamp_must_not_regress
        account id=4 flags=imported timestamp=95                                       -> created
        balance 1 0 15 0 0
        """;

    public const string L2_ids_and_imports_of_books_are_apart = """
        account book=1 id=1                                               -> created
        account id=2                                                      -> created
        commit
        account book=2 id=1 code=7 flags=imported timestamp=5             -> created
        account id=2 code=7 flags=imported timestamp=6                    -> created
        transfer book=2 id=1 debit=1 credit=2 amount=8 flags=imported timestamp=7 -> created
        commit
        transfer book=1 id=1 debit=1 credit=2 amount=3                    -> created
        balance 1 0 3 0 0
        transfer book=2 id=2 debit=1 credit=2 amount=1 flags=imported timestamp=8 -> created
        balance 1 0 9 0 0
        """;

    public const string Capacity_full_tables_answer_with_a_code = """
        options accounts_max=3 books_max=2 book_ledgers_max=3 open_pendings_max=1
        account book=1 id=1                                               -> created
        account id=2                                                      -> created
        commit
        account book=2 id=1                                               -> created
        account id=2                                                      -> too_many_accounts
        transfer book=1 id=1 debit=1 credit=2 amount=3 flags=pending      -> created
        transfer id=2 debit=1 credit=2 amount=3 flags=pending             -> too_many_pending_transfers
        transfer id=3 pending_id=1 flags=void_pending_transfer            -> created
        transfer id=2 debit=1 credit=2 amount=3 flags=pending             -> created
        """;

    public const string Capacity_books_and_ledgers_are_bounded = """
        options accounts_max=9 books_max=2 book_ledgers_max=3
        account book=1 id=1                                               -> created
        account id=2 ledger=2                                             -> created
        commit
        account book=2 id=1                                               -> created
        account id=2 ledger=2                                             -> too_many_accounts
        account id=2                                                      -> created
        commit
        account book=3 id=1                                               -> too_many_accounts
        """;

    public const string Setup_sets_balances_outright_only_if_allowed = """
        account id=1                                                      -> created
        setup id=1 debits_pending=1 debits_posted=2 credits_pending=3 credits_posted=4 -> created
        setup id=2                                                        -> account_not_found
        balance 1 1 2 3 4
        """;

    public const string Setup_is_refused_by_default = """
        options allow_setup=0
        account id=1                                                      -> created
        setup id=1 debits_posted=2                                        -> setup_not_allowed
        balance 1 0 0 0 0
        """;
}
