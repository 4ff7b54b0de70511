using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Testing;

using Xunit;

namespace FastCore.Node.Tests;

/// <summary>More timers fall due at once than one batch fires.</summary>
public sealed class TimerBacklogTests : IDisposable
{
    private const ulong Book = 5;
    private const int PerRequest = 8_000;
    private const int Requests8K = 3;
    private const int TimersPerBatch = 4_096;

    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-timers-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_backlog_fires_in_several_entries_and_no_read_sees_what_expired()
    {
        ManualClock clock = new();
        await using (FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            DataDirectory = _directory,
            Partitions = 1,
            JournalSegmentBytes = 8 << 20,
            Clock = clock,

            // However slow the machine is, what waits for the backlog is answered here and not shed.
            ShedAgeMs = [60_000, 60_000, 60_000, 60_000],
        }))
        {
            await using IFastCoreSession session = node.OpenSession();
            _ = await Requests.Send<CreateAccountResult>(
                session, Operation.CreateAccounts, Requests.Prefixed(Book, Requests.Account(1), Requests.Account(2)));
            for (int request = 0; request < Requests8K; request++)
            {
                Transfer[] pendings =
                    [.. Enumerable.Range(1, PerRequest).Select(i => Pending((request * PerRequest) + i))];
                _ = await Requests.Send<CreateTransferResult>(
                    session, Operation.CreateTransfers, Requests.Prefixed<Transfer>(Book, pendings));
            }

            Assert.Equal((UInt128)(PerRequest * Requests8K), await PendingAsync(session));
            clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal((UInt128)0, await PendingAsync(session));
            await node.CheckInvariantsAsync();
        }

        VerificationReport report = JournalVerifier.Verify(_directory);
        PartitionVerification found = Assert.Single(report.Partitions);
        Assert.True(report.IsSound, found.Failure);

        // The accounts, the requests, and as many entries without commands as the expiries need.
        ulong least = 1 + Requests8K + (PerRequest * Requests8K / TimersPerBatch);
        Assert.True(found.LastSequence >= least, $"{found.LastSequence} entries, at least {least} are needed");
        Assert.Equal(1 + Requests8K, found.Commands);
    }

    private static Transfer Pending(int id)
    {
        Transfer pending = Requests.Transfer((UInt128)id, 1, 2, 1);
        pending.Flags = TransferFlags.Pending;
        pending.Timeout = 1;
        return pending;
    }

    private static async Task<UInt128> PendingAsync(IFastCoreSession session)
    {
        Account[] found = await Requests.Send<Account>(
            session, Operation.LookupAccounts, Requests.Prefixed<UInt128>(Book, 1));
        return Assert.Single(found).DebitsPending;
    }
}
