using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Storage;

using Xunit;

namespace FastCore.Node.Tests.Storage;

/// <summary>The sizes that shape stored state are those of the directory, whatever a later opening asks for.</summary>
public sealed class KeptSizesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-sizes-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_directory_keeps_the_sizes_of_its_histories()
    {
        const int BlockBytes = 16 << 10;
        ulong[] hashes;
        await using (FastCoreNode node = Open(sizes =>
        {
            sizes.HistoryBlockBytes = BlockBytes;
            sizes.HistorySegmentBytes = 1 << 20;
        }))
        {
            await using IFastCoreSession session = node.OpenSession();
            _ = await Requests.Send<CreateAccountResult>(
                session, Operation.CreateAccounts, Requests.Prefixed(5, Requests.Account(1), Requests.Account(2)));
            Transfer[] transfers =
                [.. Enumerable.Range(1, 1_000).Select(i => Requests.Transfer((UInt128)i, 1, 2, (UInt128)i))];
            _ = await Requests.Send<CreateTransferResult>(
                session, Operation.CreateTransfers, Requests.Prefixed<Transfer>(5, transfers));
            await node.CheckpointAsync();
            hashes = await node.StateHashesAsync();
        }

        await using (FastCoreNode node = Open(sizes => sizes.HistoryBlockBytes = 4 * BlockBytes))
        {
            Assert.All(node.Recoveries, recovery => Assert.True(recovery.SnapshotSequence > 0));
            Assert.Equal(hashes.Length, (await node.StateHashesAsync()).Length);
            await node.CheckInvariantsAsync();
        }

        VerificationReport report = JournalVerifier.Verify(_directory);
        Assert.True(report.IsSound, string.Join(' ', report.Partitions.Select(partition => partition.Failure)));
        Assert.All(report.Partitions, partition => Assert.True(partition.CheckpointMatches));
    }

    private FastCoreNode Open(Action<StorageOptions> adjust) => FastCoreNode.Open(new NodeOptions
    {
        DataDirectory = _directory,
        Partitions = 1,
        JournalSegmentBytes = 8 << 20,
        HistoryMemoryBytes = 8 << 20,
        AdjustStorage = adjust,
    });
}
