using FastCore.Engine.Memory;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Storage;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Ledger;

/// <summary>The engine's ledger answers what the naive model answers, to the byte.</summary>
public sealed class LedgerModelTests
{
    // 2^63 − 1 less than the longest timeout from here, so that timeouts overflow.
    private const ulong LateNs = long.MaxValue - 4_000_000_000_000_000_000;

    // Chains of statements, scans of blocks and slices of reads all come up at these sizes.
    private static LedgerOptions Roomy => new() { AllowSetup = true, ChainWalkMax = 40, SliceRowsMax = 16 };

    private static LedgerOptions Narrow => new()
    {
        AccountsMax = 60,
        BooksMax = 3,
        BookLedgersMax = 6,
        OpenPendingsMax = 30,
    };

    [Theory]
    [InlineData(1_001, false, false)]
    [InlineData(2_001, true, false)]
    [InlineData(3_001, false, true)]
    public void L18_LX4_RepliesAreTheModels_ToTheByte(ulong firstSeed, bool isNarrow, bool isLate)
    {
        HashSet<(Operation Operation, uint Status)> codes = [];
        long elements = 0;
        long created = 0;
        for (ulong seed = firstSeed; seed < firstSeed + 10; seed++)
        {
            using LedgerRun run = new(
                seed, new MemoryPartitionStorage(0, keepJournal: false), isNarrow ? Narrow : Roomy,
                isLate ? LateNs : ManualClock.StartNs);
            MustAgree(run, seed, elements: 7_000);
            codes.UnionWith(run.Codes);
            elements += run.Elements;
            created += run.TransfersCreated;
        }

        Assert.True(created * 20 > elements, $"Of {elements} elements only {created} transfers were created.");
        Assert.Equal(isNarrow, codes.Contains((Operation.CreateAccounts, (uint)CreateAccountStatus.TooManyAccounts)));
        Assert.Equal(
            isNarrow, codes.Contains((Operation.CreateTransfers, (uint)CreateTransferStatus.TooManyPendingTransfers)));
        Assert.Equal(isLate, codes.Contains((Operation.CreateTransfers, (uint)CreateTransferStatus.OverflowsTimeout)));
    }

    [Fact]
    public void EveryResultCodeAndEveryQuery_ComesUp()
    {
        List<string> wanted =
        [
            // Maxima are not reached here, and what setup_accounts answers is not for create_accounts.
            .. Enum.GetValues<CreateAccountStatus>()
                .Where(status => status < CreateAccountStatus.TooManyAccounts || status == CreateAccountStatus.Created)
                .Select(status => $"create_accounts {(uint)status}"),
            .. Enum.GetValues<CreateTransferStatus>()
                .Where(status => status != CreateTransferStatus.TooManyPendingTransfers)
                .Select(status => $"create_transfers {(uint)status}"),
            .. OperationTable.All.Select(shape => shape.Operation)
                .Where(operation => operation is >= Operation.LookupAccounts and <= Operation.GetBookTotals)
                .Select(operation => $"{operation} with results"),
        ];
        for (ulong seed = 4_001; seed < 4_041 && wanted.Count > 0; seed++)
        {
            using LedgerRun run = new(seed, new MemoryPartitionStorage(0, keepJournal: false), Roomy, LateNs);
            MustAgree(run, seed, elements: 10_000);
            wanted.RemoveAll(one => run.Codes.Any(
                code => one == $"{OperationTable.Find(code.Operation)!.Name} {code.Status}"));
            wanted.RemoveAll(one => run.BytesRead.Any(
                read => one == $"{read.Key} with results" && read.Value > 1_000));
        }

        Assert.True(wanted.Count == 0, $"Never came up: {string.Join(", ", wanted)}.");
    }

    [Fact]
    public void QueriesOfBlocksThatLeftTheMemory_AreTheModels()
    {
        const int HistoryMemoryBytes = 64 << 10;
        const ulong Seed = 5_001;
        string path = Directory.CreateTempSubdirectory("fastcore-ledger-model-").FullName;
        try
        {
            using DataDirectory directory = DataDirectory.Open(path, new DataDirectoryOptions { Partitions = 1 });
            using LedgerRun run = new(Seed, directory.OpenPartition(0, new StorageOptions
            {
                JournalSegmentBytes = 32 << 10,
                JournalPageBytes = 8 << 10,
                JournalMemoryBytes = 32 << 10,
                JournalAheadBytes = 8 << 10,
                RecordIndexMemoryBytes = 1 << 20,
                HistoryMemoryBytes = HistoryMemoryBytes,
                HistorySegmentBytes = 256 << 10,
                HistoryBlockBytes = 4 << 10,
                Durability = JournalDurability.Async,
            }), Roomy);
            while (run.TransfersCreated * Transfer.Size < 8 * HistoryMemoryBytes)
            {
                MustAgree(run, Seed, run.Elements + 5_000);
                Assert.True(run.Elements < 200_000, $"Only {run.TransfersCreated} transfers were created.");
            }
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Theory]
    [InlineData(Mistake.ExpiresLate)]
    [InlineData(Mistake.ForgetsFailedIds)]
    [InlineData(Mistake.LosesResultOfTwoConditions)]
    [InlineData(Mistake.ExcludesEndOfRange)]
    [InlineData(Mistake.LimitsReversedByOneLess)]
    [InlineData(Mistake.IgnoresAmountMax)]
    [InlineData(Mistake.MistakesTimestamp)]
    public void Control_AMistakeIsNoticed(Mistake mistake)
    {
        using LedgerRun run = new(
            6_001, new MemoryPartitionStorage(0, keepJournal: false), Roomy,
            twin: model => new WrongTwin(model, mistake));
        Assert.NotNull(run.Run(60_000));
    }

    private static void MustAgree(LedgerRun run, ulong seed, long elements)
    {
        string? difference = run.Run(elements);
        Assert.True(difference is null, $"Seed {seed}, after {run.Elements} elements: {difference}");
    }
}
