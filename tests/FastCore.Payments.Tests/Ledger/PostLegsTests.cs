using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Testing;
using Xunit;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>The inner door: groups of legs posted by another domain of the partition.</summary>
public sealed class PostLegsTests
{
    [Fact]
    public void L23_legs_post_in_order_and_appear_in_statements()
    {
        using LedgerRig rig = new();
        LedgerCore ledger = Open(rig, 3, AccountFlags.History);
        PostingLeg[] legs = [Leg(1, 2, 10, id: 7), Leg(2, 3, 4, id: 8)];
        Assert.Equal(
            CreateTransferStatus.Created, ledger.PostLegs(1, Slots(ledger, legs), out long first, out ulong firstNs));
        Assert.Equal(0, first);
        Transfer[] statement = rig.Read<AccountFilter, Transfer>(Operation.GetAccountTransfers, 1, [Filter(2)]);
        Assert.Equal([7, 8], statement.Select(t => (int)t.Id));
        Assert.Equal([firstNs, firstNs + 1], statement.Select(t => t.Timestamp));
        Assert.Equal([1u, 1u], statement.Select(t => t.Ledger));
        AccountBalance[] balances =
            rig.Read<AccountFilter, AccountBalance>(Operation.GetAccountBalances, 1, [Filter(2)]);
        Assert.Equal([(0, 10), (4, 10)], balances.Select(b => ((int)b.DebitsPosted, (int)b.CreditsPosted)));
        Assert.Null(rig.LookupTransfer(1, 7));
        Assert.Null(rig.CheckInvariants());
    }

    [Fact]
    public void L23_a_group_is_all_or_nothing()
    {
        using LedgerRig rig = new();
        LedgerCore ledger = Open(rig, 3, AccountFlags.None);
        Account limited = new() { Id = 9, Ledger = 1, Code = 1, Flags = AccountFlags.DebitsMustNotExceedCredits };
        ledger.CreateAccount(1, limited, out _);
        ulong before = rig.StateHash;
        PostingLeg[] legs = [Leg(1, 9, 10), Leg(9, 2, 10), Leg(1, 2, 5, TransferFlags.Pending), Leg(9, 3, 1)];
        Assert.Equal(
            CreateTransferStatus.ExceedsCredits, ledger.PostLegs(1, Slots(ledger, legs), out long first, out _));
        Assert.Equal(-1, first);
        Assert.Equal(before, rig.StateHash);
        Assert.Equal(CreateTransferStatus.Created, ledger.PostLegs(1, Slots(ledger, legs[..3]), out _, out _));
        Assert.Null(rig.CheckInvariants());
    }

    [Fact]
    public void L6_L7_L8_pending_legs_are_posted_and_voided_once()
    {
        using LedgerRig rig = new();
        LedgerCore ledger = Open(rig, 3, AccountFlags.None);
        PostingLeg[] pending = [Leg(1, 2, 10, TransferFlags.Pending), Leg(1, 3, 6, TransferFlags.Pending)];
        ledger.PostLegs(1, Slots(ledger, pending), out long first, out _);
        PostingLeg post = Resolving(first, TransferFlags.PostPendingTransfer, 4);
        PostingLeg @void = Resolving(first + 1, TransferFlags.VoidPendingTransfer, 0);
        PostingLeg tooMuch = post;
        tooMuch.Amount = 11;
        Assert.Equal(CreateTransferStatus.ExceedsPendingTransferAmount, ledger.PostLegs(1, [tooMuch], out _, out _));
        Assert.Equal(
            CreateTransferStatus.PendingTransferNotPending, ledger.PostLegs(1, [post, @void, post], out _, out _));
        Assert.Equal(16, (int)ledger.AccountAt(ledger.FindAccount(1, 1)).Account.DebitsPending);
        Assert.Equal(CreateTransferStatus.Created, ledger.PostLegs(1, [post, @void], out _, out _));
        Assert.Equal(CreateTransferStatus.PendingTransferNotFound, ledger.PostLegs(1, [post], out _, out _));
        Account account = ledger.AccountAt(ledger.FindAccount(1, 1)).Account;
        Assert.Equal((0, 4), ((int)account.DebitsPending, (int)account.DebitsPosted));
        Assert.Null(rig.CheckInvariants());
    }

    [Fact]
    public void L15_a_leg_may_resolve_a_pending_that_was_created_by_id()
    {
        using LedgerRig rig = new();
        LedgerCore ledger = Open(rig, 2, AccountFlags.None);
        Transfer closing = new()
        {
            Id = 5,
            DebitAccountId = 1,
            CreditAccountId = 2,
            Amount = 3,
            Ledger = 1,
            Code = 1,
            Flags = TransferFlags.Pending | TransferFlags.ClosingDebit,
        };
        ledger.CreateTransfer(1, closing, out _);
        PostingLeg leg = Resolving(0, TransferFlags.VoidPendingTransfer, 0);
        Assert.Equal(
            CreateTransferStatus.DebitAccountAlreadyClosed,
            ledger.PostLegs(1, Slots(ledger, [Leg(1, 2, 1)]), out _, out _));
        Assert.Equal(CreateTransferStatus.Created, ledger.PostLegs(1, [leg], out _, out _));
        Assert.Equal(
            CreateTransferStatus.Created, ledger.PostLegs(1, Slots(ledger, [Leg(1, 2, 1)]), out _, out _));
        rig.Checkpoint();
        rig.CrashAndRecover();
        CreateTransferResult[] again = rig.CreateTransfers(
            1, new Transfer { Id = 6, PendingId = 5, Flags = TransferFlags.VoidPendingTransfer });
        Assert.Equal(CreateTransferStatus.PendingTransferAlreadyVoided, again[0].Status);
    }

    [Fact]
    public void L5_legs_in_a_chain_are_taken_back_with_it()
    {
        using LedgerRig rig = new();
        LedgerCore ledger = Open(rig, 3, AccountFlags.History);
        ledger.PostLegs(1, Slots(ledger, [Leg(1, 2, 9, TransferFlags.Pending)]), out long pending, out _);
        string before = Describe(ledger);
        ledger.BeginChain();
        PostingLeg post = Resolving(pending, TransferFlags.PostPendingTransfer, 9);
        ledger.PostLegs(1, Slots(ledger, [Leg(1, 2, 10), Leg(2, 3, 4, TransferFlags.Pending)]), out _, out _);
        ledger.PostLegs(1, [post], out _, out _);
        ledger.CreateAccount(1, new Account { Id = 77, Ledger = 9, Code = 1 }, out _);
        Transfer byId = new() { Id = 5, DebitAccountId = 3, CreditAccountId = 1, Amount = 3, Ledger = 1, Code = 1 };
        Assert.Equal(CreateTransferStatus.Created, ledger.CreateTransfer(1, byId, out _));
        Assert.Equal(CreateTransferStatus.Exists, ledger.CreateTransfer(1, byId, out _));
        ledger.RollbackChain();
        Assert.Equal(before, Describe(ledger));
        Assert.Equal(-1, ledger.FindAccount(1, 77));
        Assert.Equal(CreateTransferStatus.Created, ledger.PostLegs(1, [post], out _, out _));
        Assert.Equal(CreateTransferStatus.Created, ledger.CreateTransfer(1, byId, out _));
        Assert.Null(rig.CheckInvariants());
    }

    [Fact]
    public void L14_a_refusal_in_a_chain_uses_the_id_up_although_the_chain_is_taken_back()
    {
        using LedgerRig rig = new();
        LedgerCore ledger = Open(rig, 2, AccountFlags.None);
        Transfer bad = new() { Id = 5, DebitAccountId = 8, CreditAccountId = 1, Ledger = 1, Code = 1 };
        ledger.BeginChain();
        Assert.Equal(CreateTransferStatus.DebitAccountNotFound, ledger.CreateTransfer(1, bad, out _));
        ledger.RollbackChain();
        Assert.Equal(CreateTransferStatus.IdAlreadyFailed, ledger.CreateTransfer(1, bad, out _));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    public void Legs_do_to_accounts_what_a_linked_chain_of_transfers_does(ulong seed)
    {
        SeededRandom random = new(seed);
        using LedgerRig legsRig = new();
        using LedgerRig chainRig = new();
        LedgerCore byLegs = Open(legsRig, 6, AccountFlags.History);
        LedgerCore byChain = Open(chainRig, 6, AccountFlags.History);
        foreach (LedgerCore ledger in (LedgerCore[])[byLegs, byChain])
        {
            Account limited = new() { Id = 7, Ledger = 1, Code = 1, Flags = AccountFlags.DebitsMustNotExceedCredits };
            ledger.CreateAccount(1, limited, out _);
            limited.Id = 8;
            limited.Flags = AccountFlags.CreditsMustNotExceedDebits;
            ledger.CreateAccount(1, limited, out _);
        }

        int refused = 0;
        ulong nextId = 1;
        for (int group = 0; group < 400; group++)
        {
            PostingLeg[] legs = new PostingLeg[random.Between(1, 5)];
            for (int i = 0; i < legs.Length; i++)
            {
                int debit = random.Between(1, 8);
                int credit = 1 + ((debit + random.Between(0, 6)) % 8);
                UInt128 amount = random.OneIn(12) ? UInt128.MaxValue - 20 : (UInt128)random.Between(0, 40);
                TransferFlags kind = random.OneIn(4) ? TransferFlags.Pending : TransferFlags.None;
                legs[i] = Leg(debit, credit, amount, kind, nextId++);
            }

            CreateTransferStatus expected = CreateTransferStatus.Created;
            byChain.BeginChain();
            foreach (PostingLeg leg in legs)
            {
                Transfer transfer = new()
                {
                    Id = leg.Id,
                    DebitAccountId = (UInt128)leg.DebitSlot,
                    CreditAccountId = (UInt128)leg.CreditSlot,
                    Amount = leg.Amount,
                    Ledger = 1,
                    Code = leg.Code,
                    Flags = leg.Kind,
                };
                expected = byChain.CreateTransfer(1, transfer, out _);
                if (expected != CreateTransferStatus.Created)
                {
                    break;
                }
            }

            if (expected == CreateTransferStatus.Created)
            {
                byChain.CommitChain();
            }
            else
            {
                byChain.RollbackChain();
                refused++;
            }

            Assert.Equal(expected, byLegs.PostLegs(1, Slots(byLegs, legs), out _, out _));
            Assert.Null(legsRig.CheckInvariants());
            for (int id = 1; id <= 8; id++)
            {
                Account a = byLegs.AccountAt(byLegs.FindAccount(1, (UInt128)id)).Account;
                Account b = byChain.AccountAt(byChain.FindAccount(1, (UInt128)id)).Account;
                Assert.Equal(
                    (b.DebitsPending, b.DebitsPosted, b.CreditsPending, b.CreditsPosted),
                    (a.DebitsPending, a.DebitsPosted, a.CreditsPending, a.CreditsPosted));
            }
        }

        Assert.InRange(refused, 20, 380);
    }

    private static LedgerCore Open(LedgerRig rig, int accounts, AccountFlags flags)
    {
        LedgerCore ledger = rig.Machine.Ledger;
        rig.BeginBatch();
        for (int id = 1; id <= accounts; id++)
        {
            Account account = new() { Id = (UInt128)id, Ledger = 1, Code = 1, Flags = flags };
            Assert.Equal(CreateAccountStatus.Created, ledger.CreateAccount(1, account, out _));
        }

        return ledger;
    }

    // All bytes of the three accounts, and how much the ledger holds of everything.
    private static string Describe(LedgerCore ledger)
    {
        LedgerStore store = ledger.Store;
        string rows = "";
        for (int id = 1; id <= 3; id++)
        {
            ref readonly AccountRow row = ref ledger.AccountAt(ledger.FindAccount(1, (UInt128)id));
            rows += Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<AccountRow>(in row))) + "\n";
        }

        long ids = ((MemoryRecordIndex)store.Ids.Index).Count;
        return $"{store.Transfers.Count} {store.Balances.Count} {store.Pendings.Rows.Count} "
            + $"{store.Accounts.Rows.Count} {store.Totals.Rows.Count} {ids}\n{rows}";
    }

    // Accounts by id here; by slot when posted.
    private static PostingLeg Leg(
        int debit, int credit, UInt128 amount, TransferFlags kind = TransferFlags.None, UInt128 id = default) =>
        new() { DebitSlot = debit, CreditSlot = credit, Amount = amount, Code = 1, Kind = kind, Id = id };

    private static PostingLeg Resolving(long position, TransferFlags kind, UInt128 amount) =>
        new() { Kind = kind, PendingPosition = position, Amount = amount, Code = 1 };

    private static PostingLeg[] Slots(LedgerCore ledger, PostingLeg[] legs) =>
        [.. legs.Select(leg =>
        {
            leg.DebitSlot = ledger.FindAccount(1, (UInt128)leg.DebitSlot);
            leg.CreditSlot = ledger.FindAccount(1, (UInt128)leg.CreditSlot);
            return leg;
        })];

    private static AccountFilter Filter(int account) => new()
    {
        AccountId = (UInt128)account,
        Limit = 100,
        Flags = AccountFilterFlags.Debits | AccountFilterFlags.Credits,
    };
}
