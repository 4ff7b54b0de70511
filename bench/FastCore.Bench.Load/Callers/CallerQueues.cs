using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FastCore.Engine.Rings;

namespace FastCore.Bench.Load.Callers;

/// <summary>Hands requests from one thread to another.</summary>
internal interface ICallerQueue : IDisposable
{
    /// <summary>Puts a request in; false when there is no room.</summary>
    bool TryPut(in CallerRequest request);

    /// <summary>Takes the oldest request; false when there is none.</summary>
    bool TryTake(out CallerRequest request);

    /// <summary>What was taken is not looked at any more: its room is free.</summary>
    void Taken();
}

/// <summary>The queues by name.</summary>
internal static class CallerQueues
{
    private const int Capacity = 1 << 16;

    /// <summary>Makes an empty queue.</summary>
    public static ICallerQueue Make(CallerQueue kind) => kind switch
    {
        CallerQueue.Ring => new RingQueue(),
        CallerQueue.Channel => new ChannelQueue(),
        CallerQueue.Blocking => new BlockingQueue(),
        _ => new ConcurrentCallerQueue(),
    };

    private sealed unsafe class RingQueue : ICallerQueue
    {
        private readonly MpscByteRing _ring = new(Capacity * MpscByteRing.Alignment);
        private long _cursor;

        public bool TryPut(in CallerRequest request)
        {
            if (!_ring.TryClaim(sizeof(CallerRequest), out RingClaim claim))
            {
                return false;
            }

            Unsafe.WriteUnaligned(ref claim.Payload[0], request);
            claim.Publish();
            return true;
        }

        public bool TryTake(out CallerRequest request)
        {
            bool found = _ring.TryPeek(ref _cursor, out byte* payload, out _);
            request = found ? *(CallerRequest*)payload : default;
            return found;
        }

        public void Taken() => _ring.Release(_cursor);

        public void Dispose()
        {
        }
    }

    private sealed class ChannelQueue : ICallerQueue
    {
        private readonly Channel<CallerRequest> _channel = Channel.CreateBounded<CallerRequest>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

        public bool TryPut(in CallerRequest request) => _channel.Writer.TryWrite(request);

        public bool TryTake(out CallerRequest request) => _channel.Reader.TryRead(out request);

        public void Taken()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class BlockingQueue : ICallerQueue
    {
        private readonly BlockingCollection<CallerRequest> _collection = new(Capacity);

        public bool TryPut(in CallerRequest request) => _collection.TryAdd(request);

        public bool TryTake(out CallerRequest request) => _collection.TryTake(out request);

        public void Taken()
        {
        }

        public void Dispose() => _collection.Dispose();
    }

    private sealed class ConcurrentCallerQueue : ICallerQueue
    {
        private readonly ConcurrentQueue<CallerRequest> _queue = new();

        public bool TryPut(in CallerRequest request)
        {
            _queue.Enqueue(request);
            return true;
        }

        public bool TryTake(out CallerRequest request) => _queue.TryDequeue(out request);

        public void Taken()
        {
        }

        public void Dispose()
        {
        }
    }
}
