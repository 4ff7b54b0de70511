using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Storage;

namespace FastCore.Bench.Micro;

/// <summary>
/// A batch of payments into the journal, and waiting until it is on stable storage, beside a file that is appended to
/// and flushed. The journal also checksums and chains what it writes.
/// </summary>
[MemoryDiagnoser]
public class JournalBenchmarks : IDisposable
{
    private string _path = "";
    private DataDirectory _directory = null!;
    private PartitionStorage _storage = null!;
    private FileStream _file = null!;
    private byte[] _commands = [];
    private ulong _nowNs = 1;

    /// <summary>Payments of a batch, all in one command.</summary>
    [Params(1, 1_024)]
    public int Payments { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _path = Directory.CreateTempSubdirectory("fastcore-micro-").FullName;
        _directory = DataDirectory.Open(
            Path.Combine(_path, "data"), new DataDirectoryOptions { Partitions = 1, NewId = 1 });
        _storage = _directory.OpenPartition(
            0, new StorageOptions { JournalSegmentBytes = 64L << 20, JournalAheadBytes = 16L << 20 });
        _file = new FileStream(Path.Combine(_path, "plain"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        _commands = new byte[CommandHeader.Size + (Payments * CreatePayment.Size)];
        MemoryMarshal.Write(_commands, new CommandHeader
        {
            Length = (uint)_commands.Length,
            Operation = (ushort)Operation.CreatePayments,
            Count = (uint)Payments,
            Key = 1,
        });
    }

    [Benchmark(Baseline = true)]
    public void AppendAndFlushFile()
    {
        _file.Write(_commands);
        _file.Flush(flushToDisk: true);
    }

    [Benchmark]
    public void AppendAndCommitJournal()
    {
        _ = _storage.Journal.Append(++_nowNs, 1, _commands);
        _storage.Journal.CommitAndWait();
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _storage.Dispose();
        _directory.Dispose();
        _file.Dispose();
        Directory.Delete(_path, recursive: true);
        GC.SuppressFinalize(this);
    }
}
