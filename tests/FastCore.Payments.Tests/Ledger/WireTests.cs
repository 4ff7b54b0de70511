using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>Layouts and numbers that others rely on.</summary>
public sealed class WireTests
{
    [Theory]
    [InlineData(typeof(Account), 128)]
    [InlineData(typeof(Transfer), 128)]
    [InlineData(typeof(CreateAccountResult), 16)]
    [InlineData(typeof(CreateTransferResult), 16)]
    [InlineData(typeof(AccountFilter), 128)]
    [InlineData(typeof(QueryFilter), 128)]
    [InlineData(typeof(AccountBalance), 128)]
    [InlineData(typeof(TransferSum), 64)]
    [InlineData(typeof(BookTotals), 80)]
    [InlineData(typeof(AccountRow), 192)]
    [InlineData(typeof(TransferRow), 160)]
    [InlineData(typeof(BalanceRow), 128)]
    [InlineData(typeof(OpenPendingRow), 112)]
    [InlineData(typeof(TotalsRow), 112)]
    [InlineData(typeof(BookRow), 48)]
    [InlineData(typeof(TransferSummary), 128)]
    public void L1_L2_structs_have_their_size_and_no_holes(Type type, int size)
    {
        int end = 0;
        foreach (System.Reflection.FieldInfo field in type
            .GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public
                | System.Reflection.BindingFlags.NonPublic)
            .OrderBy(OffsetOf))
        {
            Assert.True(OffsetOf(field) == end, $"{type.Name}.{field.Name} at {OffsetOf(field)}, not {end}");
            Type bytes = field.FieldType.IsEnum ? Enum.GetUnderlyingType(field.FieldType) : field.FieldType;
            end += bytes == typeof(UInt128) ? 16 : Marshal.SizeOf(bytes);
        }

        Assert.Equal(size, end);
        object? actual = typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null);
        Assert.Equal(size, Assert.IsType<int>(actual));
    }

    [Fact]
    public void L13_codes_have_tigerbeetles_names_and_numbers()
    {
        const string Accounts = """
            linked_event_failed 1 linked_event_chain_open 2 imported_event_expected 22 imported_event_not_expected 23
            timestamp_must_be_zero 3 imported_event_timestamp_out_of_range 24
            imported_event_timestamp_must_not_advance 25 reserved_field 4 reserved_flag 5 id_must_not_be_zero 6
            id_must_not_be_int_max 7 exists_with_different_flags 15 exists_with_different_user_data_128 16
            exists_with_different_user_data_64 17 exists_with_different_user_data_32 18 exists_with_different_ledger 19
            exists_with_different_code 20 exists 21 flags_are_mutually_exclusive 8 debits_pending_must_be_zero 9
            debits_posted_must_be_zero 10 credits_pending_must_be_zero 11 credits_posted_must_be_zero 12
            ledger_must_not_be_zero 13 code_must_not_be_zero 14 imported_event_timestamp_must_not_regress 26
            created 4294967295
            """;
        const string Transfers = """
            linked_event_failed 1 linked_event_chain_open 2 imported_event_expected 56 imported_event_not_expected 57
            timestamp_must_be_zero 3 imported_event_timestamp_out_of_range 58
            imported_event_timestamp_must_not_advance 59 reserved_flag 4 id_must_not_be_zero 5 id_must_not_be_int_max 6
            exists_with_different_flags 36 exists_with_different_pending_id 40 exists_with_different_timeout 44
            exists_with_different_debit_account_id 37 exists_with_different_credit_account_id 38
            exists_with_different_amount 39 exists_with_different_user_data_128 41
            exists_with_different_user_data_64 42 exists_with_different_user_data_32 43 exists_with_different_ledger 67
            exists_with_different_code 45 exists 46 id_already_failed 68 flags_are_mutually_exclusive 7
            debit_account_id_must_not_be_zero 8 debit_account_id_must_not_be_int_max 9
            credit_account_id_must_not_be_zero 10 credit_account_id_must_not_be_int_max 11
            accounts_must_be_different 12 pending_id_must_be_zero 13 pending_id_must_not_be_zero 14
            pending_id_must_not_be_int_max 15 pending_id_must_be_different 16
            timeout_reserved_for_pending_transfer 17 closing_transfer_must_be_pending 64 ledger_must_not_be_zero 19
            code_must_not_be_zero 20 debit_account_not_found 21 credit_account_not_found 22
            accounts_must_have_the_same_ledger 23 transfer_must_have_the_same_ledger_as_accounts 24
            pending_transfer_not_found 25 pending_transfer_not_pending 26
            pending_transfer_has_different_debit_account_id 27 pending_transfer_has_different_credit_account_id 28
            pending_transfer_has_different_ledger 29 pending_transfer_has_different_code 30
            exceeds_pending_transfer_amount 31 pending_transfer_has_different_amount 32
            pending_transfer_already_posted 33 pending_transfer_already_voided 34 pending_transfer_expired 35
            imported_event_timestamp_must_not_regress 60 imported_event_timestamp_must_postdate_debit_account 61
            imported_event_timestamp_must_postdate_credit_account 62 imported_event_timeout_must_be_zero 63
            debit_account_already_closed 65 credit_account_already_closed 66 overflows_debits_pending 47
            overflows_credits_pending 48 overflows_debits_posted 49 overflows_credits_posted 50 overflows_debits 51
            overflows_credits 52 overflows_timeout 53 exceeds_credits 54 exceeds_debits 55 created 4294967295
            """;
        CreateAccountStatus[] accounts = [.. Enum.GetValues<CreateAccountStatus>().Where(IsTheirs)];
        CreateTransferStatus[] transfers = [.. Enum.GetValues<CreateTransferStatus>().Where(IsTheirs)];
        Assert.Equal(Pairs(Accounts), accounts.Select(s => $"{LedgerNames.Of(s)} {(uint)s}").Order());
        Assert.Equal(Pairs(Transfers), transfers.Select(s => $"{LedgerNames.Of(s)} {(uint)s}").Order());
    }

    [Fact]
    public void L18_operations_and_structs_agree_about_sizes()
    {
        Assert.Equal(Account.Size, OperationTable.Find(Operation.CreateAccounts)!.ElementSize);
        Assert.Equal(Transfer.Size, OperationTable.Find(Operation.CreateTransfers)!.ElementSize);
        Assert.Equal(AccountFilter.Size, OperationTable.Find(Operation.GetAccountTransfers)!.ElementSize);
        Assert.Equal(QueryFilter.Size, OperationTable.Find(Operation.QueryTransfers)!.ElementSize);
        Assert.Equal(AccountBalance.Size, OperationTable.Find(Operation.GetAccountBalances)!.ResultSize);
        Assert.Equal(TransferSum.Size, OperationTable.Find(Operation.SumTransfers)!.ResultSize);
        Assert.Equal(BookTotals.Size, OperationTable.Find(Operation.GetBookTotals)!.ResultSize);
    }

    private static bool IsTheirs<T>(T status)
        where T : struct, Enum => Convert.ToUInt32(status) is < 1000 or uint.MaxValue;

    private static int OffsetOf(System.Reflection.FieldInfo field) =>
        field.GetCustomAttributesData()
            .Single(a => a.AttributeType == typeof(FieldOffsetAttribute)).ConstructorArguments[0].Value is int offset
            ? offset
            : -1;

    private static IEnumerable<string> Pairs(string text) =>
        text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Chunk(2).Select(pair => $"{pair[0]} {pair[1].TrimEnd('\r')}").Order();
}
