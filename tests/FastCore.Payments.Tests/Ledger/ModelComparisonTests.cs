using System.Numerics;
using System.Runtime.InteropServices;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>
/// The ledger against its naive twin: the same random requests, result by result and query by query, through
/// checkpoints, crashes and a replay of the whole journal. A failure names its seed.
/// </summary>
public sealed class ModelComparisonTests
{
    // Small slices and short walks make every read take many slices and both ways through the history.
    [Theory]
    [InlineData(1UL, 5, 3, 400, 12)]
    [InlineData(2UL, 64, 0, 400, 12)]
    [InlineData(3UL, 2048, 16_384, 400, 12)]
    [InlineData(4UL, 7, 40, 400, 30)]
    [InlineData(5UL, 300, 0, 260, 60)]
    [InlineData(6UL, 1000, 200, 260, 60)]
    [InlineData(7UL, 5000, 100, 120, 400)]
    public void Ledger_equals_its_naive_twin(ulong seed, int sliceRows, int chainWalk, int batches, int batchSize)
    {
        SeededRandom random = new(seed);
        RandomLedgerEvents events = new(random);
        ModelLedger model = new();
        using LedgerRig rig = new(new LedgerOptions { SliceRowsMax = sliceRows, ChainWalkMax = chainWalk });
        HashSet<CreateTransferStatus> seen = [];
        for (int batch = 0; batch < batches; batch++)
        {
            string where = $"seed {seed}, batch {batch}";
            rig.NowNs = Math.Max(rig.NowNs, rig.Clock.Last)
                + (random.OneIn(6) ? (ulong)random.Below(1_500_000_000) : (ulong)random.Between(300, 5_000));
            ulong book = events.Book();
            ulong lastNs = rig.Clock.Last;
            model.BeginBatch(Math.Max(rig.NowNs, lastNs + 1));
            if (random.OneIn(batch < 20 ? 2 : 12))
            {
                Account[] accounts = events.Accounts(lastNs);
                CreateAccountResult[] expected = model.CreateAccounts(book, accounts);
                AssertSame<CreateAccountResult>(expected, rig.CreateAccounts(book, accounts), where, Text);
            }
            else
            {
                Transfer[] transfers = events.Transfers(book, lastNs, batchSize);
                CreateTransferResult[] expected = model.CreateTransfers(book, transfers);
                CreateTransferResult[] actual = rig.CreateTransfers(book, transfers);
                AssertSame<CreateTransferResult>(expected, actual, where, Text);
                seen.UnionWith(actual.Select(result => result.Status));
            }

            Assert.Equal(model.Last, rig.Clock.Last);
            Assert.Null(rig.CheckInvariants());
            if (batch % 8 == 0)
            {
                CompareReads(model, rig, events, book, where);
            }

            if (random.OneIn(40))
            {
                rig.Checkpoint();
            }

            if (random.OneIn(60))
            {
                ulong before = rig.StateHash;
                rig.CrashAndRecover();
                Assert.True(before == rig.StateHash, $"{where}: another state after the crash");
            }
        }

        if (batchSize >= 60)
        {
            Assert.True(rig.Machine.Ledger.Store.Transfers.Count > 4_096, "No block was ever full.");
        }

        Assert.True(seen.Count > 30, $"Only {seen.Count} different results came up.");
        Assert.Equal(rig.StateHash, rig.HashOfReplay());
    }

    private static void CompareReads(
        ModelLedger model, LedgerRig rig, RandomLedgerEvents events, ulong book, string where)
    {
        UInt128[] ids = [.. Enumerable.Range(0, 16).Select(i => (UInt128)i)];
        AssertSame<Account>(
            [.. ids.Select(id => model.Account(book, id)).OfType<Account>()],
            rig.Read<UInt128, Account>(Operation.LookupAccounts, book, ids), where, Text);
        UInt128[] transferIds = [.. Enumerable.Range(90, 600).Select(i => (UInt128)i)];
        AssertSame<Transfer>(
            [.. transferIds.Select(id => model.Transfer(book, id)).OfType<Transfer>()],
            rig.Read<UInt128, Transfer>(Operation.LookupTransfers, book, transferIds), where, Text);
        for (int i = 0; i < 6; i++)
        {
            AccountFilter a = events.AccountFilter(rig.Clock.Last);
            AssertSame<Transfer>(
                [.. model.AccountTransfers(book, a).Take(Limits.ElementsPerRequestMax)],
                rig.Read<AccountFilter, Transfer>(Operation.GetAccountTransfers, book, [a]), where, Text);
            AssertSame<AccountBalance>(
                [.. model.AccountBalances(book, a).Take(Limits.ElementsPerRequestMax)],
                rig.Read<AccountFilter, AccountBalance>(Operation.GetAccountBalances, book, [a]), where, Text);
            AssertSame<TransferSum>(
                [SumOf(model, book, a)],
                rig.Read<AccountFilter, TransferSum>(Operation.SumAccountTransfers, book, [a]), where, Text);

            QueryFilter q = events.QueryFilter(rig.Clock.Last, hasAmounts: true);
            AssertSame<Transfer>(
                [.. model.QueryTransfers(book, q).Take(Limits.ElementsPerRequestMax)],
                rig.Read<QueryFilter, Transfer>(Operation.QueryTransfers, book, [q]), where, Text);
            AssertSame<TransferSum>(
                [SumOf(model, book, q)],
                rig.Read<QueryFilter, TransferSum>(Operation.SumTransfers, book, [q]), where, Text);
            q = events.QueryFilter(rig.Clock.Last, hasAmounts: false);
            AssertSame<Account>(
                [.. model.QueryAccounts(book, q)],
                rig.Read<QueryFilter, Account>(Operation.QueryAccounts, book, [q]), where, Text);
        }

        uint[] ledgers = [2, 1, 7];
        AssertSame<BookTotals>(
            [.. ledgers.Where(l => model.Accounts(book).Any(x => x.Ledger == l)).Select(l => TotalsOf(model, book, l))],
            rig.Read<uint, BookTotals>(Operation.GetBookTotals, book, ledgers), where,
            t => $"{t.Ledger} {t.DebitsPosted}");
    }

    private static TransferSum SumOf(ModelLedger model, ulong book, AccountFilter filter)
    {
        filter.Limit = int.MaxValue;
        Transfer[] all = [.. model.AccountTransfers(book, filter)];
        return SumOf(
            all,
            t => filter.Flags.HasFlag(AccountFilterFlags.Debits) && t.DebitAccountId == filter.AccountId,
            t => filter.Flags.HasFlag(AccountFilterFlags.Credits) && t.CreditAccountId == filter.AccountId);
    }

    private static TransferSum SumOf(ModelLedger model, ulong book, QueryFilter filter)
    {
        filter.Limit = int.MaxValue;
        return SumOf([.. model.QueryTransfers(book, filter)], _ => true, _ => true);
    }

    private static TransferSum SumOf(Transfer[] all, Func<Transfer, bool> isDebit, Func<Transfer, bool> isCredit)
    {
        BigInteger modulus = BigInteger.One << 128;
        const TransferFlags PostsNothing = TransferFlags.Pending | TransferFlags.VoidPendingTransfer;
        Transfer[] posted = [.. all.Where(t => (t.Flags & PostsNothing) == 0)];
        BigInteger debits = posted.Where(isDebit).Aggregate(BigInteger.Zero, (sum, t) => sum + t.Amount);
        BigInteger credits = posted.Where(isCredit).Aggregate(BigInteger.Zero, (sum, t) => sum + t.Amount);
        return new TransferSum
        {
            Count = (ulong)all.Length,
            PostedCount = (ulong)posted.Length,
            DebitsPosted = (UInt128)(debits % modulus),
            CreditsPosted = (UInt128)(credits % modulus),
            Overflowed = debits >= modulus || credits >= modulus ? 1u : 0,
        };
    }

    private static BookTotals TotalsOf(ModelLedger model, ulong book, uint ledger)
    {
        BookTotals totals = new() { Ledger = ledger, Balanced = 1 };
        foreach (Account account in model.Accounts(book).Where(a => a.Ledger == ledger))
        {
            totals.Accounts++;
            totals.DebitsPending += account.DebitsPending;
            totals.DebitsPosted += account.DebitsPosted;
            totals.CreditsPending += account.CreditsPending;
            totals.CreditsPosted += account.CreditsPosted;
        }

        return totals;
    }

    private static void AssertSame<T>(T[] expected, T[] actual, string where, Func<T, string> text)
        where T : unmanaged
    {
        if (!MemoryMarshal.AsBytes<T>(expected).SequenceEqual(MemoryMarshal.AsBytes<T>(actual)))
        {
            int at = 0;
            while (at < expected.Length && at < actual.Length
                && BytesOf(expected, at).SequenceEqual(BytesOf(actual, at)))
            {
                at++;
            }

            Assert.Fail(
                $"{where}: {typeof(T).Name} {at} of {expected.Length} ({actual.Length} came):\n"
                + $"expected {(at < expected.Length ? text(expected[at]) : "nothing")}\n"
                + $"actual   {(at < actual.Length ? text(actual[at]) : "nothing")}");
        }
    }

    private static ReadOnlySpan<byte> BytesOf<T>(T[] items, int index)
        where T : unmanaged => MemoryMarshal.AsBytes(items.AsSpan(index, 1));

    private static string Text(CreateAccountResult r) => $"{LedgerNames.Of(r.Status)} at {r.Timestamp}";

    private static string Text(CreateTransferResult r) => $"{LedgerNames.Of(r.Status)} at {r.Timestamp}";

    private static string Text(TransferSum s) =>
        $"{s.Count} {s.PostedCount} {s.DebitsPosted} {s.CreditsPosted} {s.Overflowed}";

    private static string Text(AccountBalance b) =>
        $"{b.DebitsPending} {b.DebitsPosted} {b.CreditsPending} {b.CreditsPosted} at {b.Timestamp}";

    private static string Text(Account a) =>
        $"{a.Id} {a.DebitsPending} {a.DebitsPosted} {a.CreditsPending} {a.CreditsPosted} {a.Flags} at {a.Timestamp}";

    private static string Text(Transfer t) =>
        $"{t.Id} {t.DebitAccountId}→{t.CreditAccountId} {t.Amount} of {t.PendingId} {t.Flags} at {t.Timestamp}";
}
