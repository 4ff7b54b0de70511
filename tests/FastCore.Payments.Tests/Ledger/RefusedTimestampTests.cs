using FastCore.Protocol.Ledger;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>A refused event answers with its own timestamp, never with one that it would have had.</summary>
public sealed class RefusedTimestampTests
{
    [Fact]
    public void ImportedChainOfAccounts_FailsAtItsOwnTimestamps()
    {
        using LedgerRig rig = new();
        Account first = Imported(1, LedgerRig.StartNs - 10);
        first.Flags |= AccountFlags.Linked;
        Account second = Imported(2, LedgerRig.StartNs - 9);
        second.Code = 0;
        CreateAccountResult[] results = rig.CreateAccounts(1, first, second);
        Assert.Equal(
            [CreateAccountStatus.LinkedEventFailed, CreateAccountStatus.CodeMustNotBeZero],
            results.Select(result => result.Status));
        Assert.Equal(
            [LedgerRig.StartNs + 1, LedgerRig.StartNs + 2], results.Select(result => result.Timestamp));
    }

    [Fact]
    public void ImportedChainOfTransfers_FailsAtItsOwnTimestamps()
    {
        using LedgerRig rig = new();
        rig.CreateAccounts(1, Imported(1, 10), Imported(2, 11));
        rig.NowNs += 1_000;
        Transfer first = Imported(7, 1, 2, LedgerRig.StartNs + 10);
        first.Flags |= TransferFlags.Linked;
        CreateTransferResult[] results =
            rig.CreateTransfers(1, first, Imported(8, 1, 3, LedgerRig.StartNs + 11));
        Assert.Equal(
            [CreateTransferStatus.LinkedEventFailed, CreateTransferStatus.CreditAccountNotFound],
            results.Select(result => result.Status));
        Assert.Equal([rig.NowNs + 1, rig.NowNs + 2], results.Select(result => result.Timestamp));
    }

    private static Account Imported(UInt128 id, ulong timestampNs) => new()
    {
        Id = id,
        Ledger = 1,
        Code = 1,
        Flags = AccountFlags.Imported,
        Timestamp = timestampNs,
    };

    private static Transfer Imported(UInt128 id, UInt128 debit, UInt128 credit, ulong timestampNs) => new()
    {
        Id = id,
        DebitAccountId = debit,
        CreditAccountId = credit,
        Amount = 5,
        Ledger = 1,
        Code = 1,
        Flags = TransferFlags.Imported,
        Timestamp = timestampNs,
    };
}
