using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using FastCore.Engine.Rings;

namespace FastCore.Bench.Micro;

/// <summary>
/// Handing 128-byte commands over, a run at a time, on one thread: what a command pays for the queue itself, without
/// the caches of two cores.
/// </summary>
[MemoryDiagnoser]
public class RingBenchmarks : IDisposable
{
    private const int Run = 1_024;

    private readonly MpscByteRing _ring = new(1 << 20);
    private readonly ConcurrentQueue<Command> _queue = new();
    private readonly BlockingCollection<Command> _blocking = new(8_192);
    private readonly Channel<Command> _channel =
        Channel.CreateBounded<Command>(new BoundedChannelOptions(8_192) { SingleReader = true });

    [Benchmark(Baseline = true, OperationsPerInvoke = Run)]
    public long BoundedChannel()
    {
        for (int i = 0; i < Run; i++)
        {
            Command command = default;
            command[0] = i;
            _channel.Writer.TryWrite(command);
        }

        long sum = 0;
        while (_channel.Reader.TryRead(out Command command))
        {
            sum += command[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public long UnboundedConcurrentQueue()
    {
        for (int i = 0; i < Run; i++)
        {
            Command command = default;
            command[0] = i;
            _queue.Enqueue(command);
        }

        long sum = 0;
        while (_queue.TryDequeue(out Command command))
        {
            sum += command[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public long BoundedBlockingCollection()
    {
        for (int i = 0; i < Run; i++)
        {
            Command command = default;
            command[0] = i;
            _blocking.TryAdd(command);
        }

        long sum = 0;
        while (_blocking.TryTake(out Command command))
        {
            sum += command[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public unsafe long MpscByteRing()
    {
        for (int i = 0; i < Run; i++)
        {
            if (_ring.TryClaim(Unsafe.SizeOf<Command>(), out RingClaim claim))
            {
                Command command = default;
                command[0] = i;
                Unsafe.WriteUnaligned(ref claim.Payload[0], command);
                claim.Publish();
            }
        }

        long sum = 0;
        long cursor = _ring.ReadPosition;
        while (_ring.TryPeek(ref cursor, out byte* payload, out _))
        {
            sum += *(long*)payload;
        }

        _ring.Release(cursor);
        return sum;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _blocking.Dispose();
        GC.SuppressFinalize(this);
    }

    [InlineArray(16)]
    private struct Command
    {
        private long _first;
    }
}
