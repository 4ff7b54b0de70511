using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>Reads across slices, pages and expiry.</summary>
public sealed class ReadTests
{
    private const AccountFilterFlags BothSides = AccountFilterFlags.Debits | AccountFilterFlags.Credits;

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void L18_a_statement_is_paged_by_timestamp_oldest_first(int chainWalkMax)
    {
        using LedgerRig rig = new(new LedgerOptions { ChainWalkMax = chainWalkMax, SliceRowsMax = 100 });
        Open(rig, 4);
        UInt128[] ofAccountOne = Fill(rig, 9_000);
        List<UInt128> read = [];
        AccountFilter filter = new() { AccountId = 1, Limit = 700, Flags = BothSides };
        while (true)
        {
            Transfer[] page = rig.Read<AccountFilter, Transfer>(Operation.GetAccountTransfers, 1, [filter]);
            if (page.Length == 0)
            {
                break;
            }

            read.AddRange(page.Select(t => t.Id));
            filter.TimestampMin = page[^1].Timestamp + 1;
        }

        Assert.Equal(ofAccountOne, read);
        filter.TimestampMin = 0;
        filter.Limit = uint.MaxValue;
        filter.Flags |= AccountFilterFlags.Reversed;
        Transfer[] newest = rig.Read<AccountFilter, Transfer>(Operation.GetAccountTransfers, 1, [filter]);
        Assert.Equal(ofAccountOne.Reverse().Take(Limits.ElementsPerRequestMax), newest.Select(t => t.Id));
    }

    [Theory]
    [InlineData(Operation.GetAccountTransfers, 0)]
    [InlineData(Operation.GetAccountTransfers, 100_000)]
    [InlineData(Operation.SumAccountTransfers, 0)]
    [InlineData(Operation.SumAccountTransfers, 100_000)]
    public void L22_a_sliced_read_sees_what_was_there_when_it_began(Operation operation, int chainWalkMax)
    {
        using LedgerRig rig = new(new LedgerOptions { ChainWalkMax = chainWalkMax, SliceRowsMax = 16 });
        Open(rig, 4);
        int before = Fill(rig, 600).Length;
        int slices = 0;
        AccountFilter filter = new() { AccountId = 1, Limit = uint.MaxValue, Flags = BothSides };
        void WriteMore()
        {
            slices++;
            rig.CreateTransfers(1, Plain((UInt128)(1_000_000 + slices), 1, 2));
        }

        int count = operation == Operation.GetAccountTransfers
            ? rig.Read<AccountFilter, Transfer>(operation, 1, [filter], WriteMore).Length
            : (int)rig.Read<AccountFilter, TransferSum>(operation, 1, [filter], WriteMore)[0].Count;
        Assert.True(slices > 5);
        Assert.Equal(before, count);
    }

    [Fact]
    public void L22_accounts_of_a_query_are_all_of_one_moment()
    {
        using LedgerRig rig = new(new LedgerOptions { SliceRowsMax = 3 });
        Open(rig, 40);
        UInt128 nextId = 1;
        QueryFilter filter = new() { Limit = 100 };
        Account[] accounts = rig.Read<QueryFilter, Account>(Operation.QueryAccounts, 1, [filter], () =>
        {
            int debit = (int)(nextId % 40) + 1;
            rig.CreateTransfers(1, Plain(nextId, debit, (debit % 40) + 1));
            rig.CreateAccounts(1, new Account { Id = 1_000 + nextId, Ledger = 1, Code = 1 });
            nextId++;
        });
        Assert.Equal(40, accounts.Length);
        UInt128 debits = 0;
        UInt128 credits = 0;
        foreach (Account account in accounts)
        {
            debits += account.DebitsPosted;
            credits += account.CreditsPosted;
        }

        Assert.True(debits > 20);
        Assert.Equal(debits, credits);
    }

    [Fact]
    public void L18_a_single_transfer_is_found_in_full_blocks_by_each_of_its_fields()
    {
        using LedgerRig rig = new(new LedgerOptions { ChainWalkMax = 0 });
        Open(rig, 50);
        Fill(rig, 5_000);
        Transfer rare = Plain(9_999, 49, 50);
        (rare.UserData128, rare.UserData64, rare.UserData32, rare.Code, rare.Amount) = (77, 78, 79, 9, 500);
        rig.CreateTransfers(1, rare);
        rig.CreateTransfers(1, [.. Enumerable.Range(20_000, 5_000).Select(i => Plain((UInt128)i, 1, 2))]);
        foreach (int account in (int[])[49, 50])
        {
            AccountFilter filter = new() { AccountId = (UInt128)account, Limit = 9, Flags = BothSides };
            Transfer[] rows = rig.Read<AccountFilter, Transfer>(Operation.GetAccountTransfers, 1, [filter]);
            Assert.Equal([rare.Id], rows.Select(t => t.Id));
        }

        QueryFilter[] filters =
        [
            new() { UserData128 = 77, Limit = 9 }, new() { UserData64 = 78, Limit = 9 },
            new() { UserData32 = 79, Limit = 9 }, new() { Code = 9, Limit = 9 }, new() { AmountMin = 100, Limit = 9 },
        ];
        foreach (QueryFilter filter in filters)
        {
            Transfer[] rows = rig.Read<QueryFilter, Transfer>(Operation.QueryTransfers, 1, [filter]);
            Assert.Equal([rare.Id], rows.Select(t => t.Id));
            Assert.Empty(rig.Read<QueryFilter, Transfer>(Operation.QueryTransfers, 2, [filter]));
        }
    }

    [Fact]
    public void LX2_a_read_never_shows_an_expired_pending()
    {
        using LedgerRig rig = new();
        Open(rig, 2);
        Transfer pending = Plain(1, 1, 2);
        pending.Flags = TransferFlags.Pending;
        pending.Timeout = 1;
        ulong createdNs = rig.CreateTransfers(1, pending)[0].Timestamp;
        rig.NowNs = createdNs + 999_999_999;
        Assert.Equal(pending.Amount, rig.LookupAccount(1, 1)!.Value.DebitsPending);
        rig.NowNs = createdNs + 1_000_000_000;
        Assert.Equal(UInt128.Zero, rig.LookupAccount(1, 1)!.Value.DebitsPending);
        Assert.Equal(pending.Amount, rig.LookupTransfer(1, 1)!.Value.Amount);
    }

    [Fact]
    public void L20_timestamps_rise_strictly_across_accounts_transfers_and_expiries()
    {
        using LedgerRig rig = new();
        Open(rig, 2);
        List<ulong> times = [.. rig.CreateAccounts(1, [new Account { Id = 8, Ledger = 1, Code = 1 }, default])
            .Select(r => r.Timestamp)];
        Transfer pending = Plain(1, 1, 2);
        pending.Flags = TransferFlags.Pending;
        pending.Timeout = 1;
        times.AddRange(rig.CreateTransfers(1, pending, Plain(2, 1, 2), default).Select(r => r.Timestamp));
        rig.NowNs += 2_000_000_000;
        rig.Tick();
        times.Add(rig.Clock.Last);
        times.AddRange(rig.CreateTransfers(2, Plain(2, 1, 2)).Select(r => r.Timestamp));
        Assert.Equal(times.Order().Distinct(), times);
        Assert.Equal(7, times.Count);
    }

    [Fact]
    public void LX4_sums_are_the_balances_and_ranges_cut_them()
    {
        using LedgerRig rig = new();
        Open(rig, 4);
        Fill(rig, 500);
        AccountFilter filter = new() { AccountId = 1, Flags = BothSides };
        TransferSum all = rig.Read<AccountFilter, TransferSum>(Operation.SumAccountTransfers, 1, [filter])[0];
        Account account = rig.LookupAccount(1, 1)!.Value;
        Assert.Equal((account.DebitsPosted, account.CreditsPosted), (all.DebitsPosted, all.CreditsPosted));
        filter.AmountMin = 3;
        filter.AmountMax = 4;
        filter.Limit = 8_000;
        TransferSum some = rig.Read<AccountFilter, TransferSum>(Operation.SumAccountTransfers, 1, [filter])[0];
        Transfer[] rows = rig.Read<AccountFilter, Transfer>(Operation.GetAccountTransfers, 1, [filter]);
        Assert.Equal((ulong)rows.Length, some.Count);
        Assert.InRange(rows.Length, 1, (int)all.Count - 1);
        Assert.All(rows, row => Assert.InRange((int)row.Amount, 3, 4));
    }

    [Fact]
    public void L16_balances_are_kept_only_for_accounts_that_ask()
    {
        using LedgerRig rig = new();
        rig.CreateAccounts(
            1, new Account { Id = 1, Ledger = 1, Code = 1, Flags = AccountFlags.History },
            new Account { Id = 2, Ledger = 1, Code = 1 });
        CreateTransferResult[] results = rig.CreateTransfers(1, Plain(1, 1, 2), Plain(2, 2, 1));
        AccountFilter filter = new() { AccountId = 1, Limit = 10, Flags = BothSides };
        AccountBalance[] balances = rig.Read<AccountFilter, AccountBalance>(Operation.GetAccountBalances, 1, [filter]);
        Assert.Equal(results.Select(r => r.Timestamp), balances.Select(b => b.Timestamp));
        filter.AccountId = 2;
        Assert.Empty(rig.Read<AccountFilter, AccountBalance>(Operation.GetAccountBalances, 1, [filter]));
        filter.AccountId = 3;
        Assert.Empty(rig.Read<AccountFilter, AccountBalance>(Operation.GetAccountBalances, 1, [filter]));
    }

    [Fact]
    public void L3_totals_of_a_book_balance_and_a_corrupted_account_is_noticed()
    {
        using LedgerRig rig = new();
        Open(rig, 4);
        Fill(rig, 50);
        BookTotals totals = rig.Read<uint, BookTotals>(Operation.GetBookTotals, 1, [1u])[0];
        Assert.Equal((1u, 4ul), (totals.Balanced, totals.Accounts));
        Assert.Equal(totals.DebitsPosted, totals.CreditsPosted);
        Assert.Null(rig.CheckInvariants());
        rig.Machine.Ledger.Store.Accounts.Write(2).Account.CreditsPosted++;
        Assert.NotNull(rig.CheckInvariants());
    }

    private static void Open(LedgerRig rig, int accounts) =>
        rig.CreateAccounts(
            1, [.. Enumerable.Range(1, accounts).Select(i => new Account { Id = (UInt128)i, Ledger = 1, Code = 1 })]);

    // Transfers among the four first accounts, a third of them with account 1; returns those.
    private static UInt128[] Fill(LedgerRig rig, int count)
    {
        foreach (int[] chunk in Enumerable.Range(1, count).Chunk(3_000))
        {
            rig.CreateTransfers(
                1, [.. chunk.Select(i => Plain((UInt128)i, (i % 3) + 1, i % 3 == 2 ? 4 : (i % 2) + 3))]);
        }

        return [.. Enumerable.Range(1, count).Where(i => i % 3 == 0).Select(i => (UInt128)i)];
    }

    private static Transfer Plain(UInt128 id, int debit, int credit) => new()
    {
        Id = id,
        DebitAccountId = (UInt128)debit,
        CreditAccountId = (UInt128)credit,
        Amount = 1 + (id % 7),
        Ledger = 1,
        Code = 1,
    };
}
