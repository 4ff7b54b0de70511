using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Allocation.Tests.Turns;

/// <summary>
/// Transfers, alone, linked, pending, posted and voided, sent again and refused; lookups of accounts and transfers, a
/// statement and totals.
/// </summary>
internal sealed class LedgerTurns : Workload
{
    private const ulong Book = 1_001;
    private const int Accounts = 64;
    private const int Linked = 16;
    private const int Pending = 16;
    private const int Plain = 16;
    private const int Statement = 10;
    private const int Count = Linked + Pending + Plain;

    private readonly RequestBatch<Transfer, CreateTransferResult> _transfers =
        new(Operation.CreateTransfers, Count + 1) { Book = Book };

    private readonly RequestBatch<Transfer, CreateTransferResult> _ends =
        new(Operation.CreateTransfers, Pending) { Book = Book };

    private readonly RequestBatch<UInt128, Account> _accounts = new(Operation.LookupAccounts, Accounts) { Book = Book };

    private readonly RequestBatch<UInt128, Transfer> _lookups =
        new(Operation.LookupTransfers, Count) { Book = Book };

    private readonly RequestBatch<AccountFilter, Transfer> _statement =
        new(Operation.GetAccountTransfers, 1, Statement) { Book = Book };

    private readonly RequestBatch<uint, BookTotals> _totals = new(Operation.GetBookTotals, 1) { Book = Book };

    public override void Prepare(IFastCoreSession session)
    {
        RequestBatch<Account, CreateAccountResult> opened = new(Operation.CreateAccounts, Accounts) { Book = Book };
        for (int i = 1; i <= Accounts; i++)
        {
            opened.Add(new Account { Id = (uint)i, Ledger = 1, Code = 1, Flags = AccountFlags.History });
            _accounts.Add((uint)i);
        }

        foreach (CreateAccountResult result in Send(session, opened))
        {
            Expect(result.Status, CreateAccountStatus.Created, 0);
        }

        _statement.Add(new AccountFilter
        {
            AccountId = 1,
            Limit = Statement,
            Flags = AccountFilterFlags.Debits | AccountFilterFlags.Credits | AccountFilterFlags.Reversed,
        });
        _totals.Add(1);
    }

    public override void Turn(IFastCoreSession session)
    {
        Fill();
        ExpectAll(Send(session, _transfers), CreateTransferStatus.Created, CreateTransferStatus.Created);

        // A chain that is sent again ends at its first transfer, which is there.
        ExpectAll(Send(session, _transfers), CreateTransferStatus.Exists, CreateTransferStatus.LinkedEventFailed);
        ReadOnlySpan<CreateTransferResult> ends = Send(session, _ends);
        for (int i = 0; i < ends.Length; i++)
        {
            Expect(ends[i].Status, CreateTransferStatus.Created, i);
        }

        ExpectCount(Send(session, _accounts).Length, Accounts);
        ExpectCount(Send(session, _lookups).Length, Count);
        ExpectCount(Send(session, _statement).Length, Statement);
        ExpectCount((int)Send(session, _totals)[0].Balanced, 1);
    }

    private static void ExpectAll(
        ReadOnlySpan<CreateTransferResult> results, CreateTransferStatus expected, CreateTransferStatus ofChainEnds)
    {
        for (int i = 0; i < Count; i++)
        {
            Expect(results[i].Status, i < Linked && i % 2 == 1 ? ofChainEnds : expected, i);
        }

        Expect(results[Count].Status, CreateTransferStatus.AccountsMustBeDifferent, Count);
    }

    private static void ExpectCount(int count, int expected)
    {
        if (count != expected)
        {
            throw new InvalidOperationException($"{count} instead of {expected} were found.");
        }
    }

    private void Fill()
    {
        _transfers.Clear();
        _ends.Clear();
        _lookups.Clear();
        for (int i = 0; i < Count; i++)
        {
            ref Transfer transfer = ref _transfers.Add();
            Write(ref transfer, i);
            transfer.Flags = i < Linked && i % 2 == 0 ? TransferFlags.Linked
                : i is >= Linked and < Linked + Pending ? TransferFlags.Pending
                : TransferFlags.None;
            _lookups.Add(transfer.Id);
            if (transfer.Flags == TransferFlags.Pending)
            {
                ref Transfer end = ref _ends.Add();
                end.Id = NextId();
                end.PendingId = transfer.Id;
                end.Amount = i % 2 == 0 ? transfer.Amount : 0;
                end.Flags = i % 2 == 0 ? TransferFlags.PostPendingTransfer : TransferFlags.VoidPendingTransfer;
            }
        }

        ref Transfer refused = ref _transfers.Add();
        Write(ref refused, 0);
        refused.CreditAccountId = refused.DebitAccountId;
    }

    private void Write(ref Transfer transfer, int i)
    {
        transfer.Id = NextId();
        transfer.DebitAccountId = (uint)(1 + (i % 8));
        transfer.CreditAccountId = (uint)(1 + ((i + 3) % 8));
        transfer.Amount = 100;
        transfer.Ledger = 1;
        transfer.Code = 1;
    }
}
