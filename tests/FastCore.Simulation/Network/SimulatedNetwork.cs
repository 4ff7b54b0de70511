using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Testing;

namespace FastCore.Simulation.Network;

/// <summary>
/// A network between simulated clients and the front of one server: it delays, splits, damages, holds up and cuts, each
/// time as its random numbers say. All of it happens on the thread that lets the time pass.
/// </summary>
public sealed class SimulatedNetwork(NetworkOptions options, SeededRandom random, TimeProvider time)
{
    private const int Million = 1_000_000;
    private const int WaysToCut = 4;

    private readonly List<SimulatedConnection> _connections = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private SimulatedFront? _front;
    private Exception? _defect;

    /// <summary>What it does. May be changed as it runs.</summary>
    public NetworkOptions Options { get; } = options;

    /// <summary>Connections made so far.</summary>
    public long ConnectionsMade { get; private set; }

    /// <summary>Connections cut so far, by the network or by a kill.</summary>
    public long Cuts { get; private set; }

    /// <summary>Bits turned so far.</summary>
    public long Flips { get; private set; }

    /// <summary>Hash over everything that arrived, when and where: equal for equal runs.</summary>
    public ulong Trace { get; private set; }

    internal TimeProvider Time => time;

    /// <summary>From now on this front is connected to.</summary>
    public void Listen(SimulatedFront front) => _front = front;

    /// <summary>Nobody is connected to any more; what is connected stays.</summary>
    public void StopListening() => _front = null;

    /// <summary>Asks every connection to end in order, as a server does that shuts down.</summary>
    public void Drain()
    {
        foreach (SimulatedConnection connection in _connections.ToArray())
        {
            connection.ServerEnd.RequestClose();
        }
    }

    /// <summary>
    /// The server's process is killed: its side of every connection is never touched again, and clients learn of it.
    /// </summary>
    public void KillServer()
    {
        _front = null;
        foreach (SimulatedConnection connection in _connections.ToArray())
        {
            Cuts++;
            connection.Kill();
            _connections.Remove(connection);
        }
    }

    /// <summary>Throws what went wrong in the simulation itself, or in the front, which must never throw.</summary>
    public void ThrowDefect()
    {
        _defect ??= _connections.Select(connection => connection.Defect).FirstOrDefault(e => e is not null);
        if (_defect is { } defect)
        {
            throw new InvalidOperationException("A connection ended with an exception.", defect);
        }
    }

    /// <summary>Connects a client.</summary>
    /// <exception cref="IOException">Nobody listens, or the network refuses.</exception>
    internal async ValueTask<Stream> DialAsync(CancellationToken cancellationToken)
    {
        await LoopThreads.Caller.DelayAsync(TimeSpan.FromMilliseconds(DelayMs()), time, cancellationToken)
            .ConfigureAwait(false);
        if (_front is not { } front || Hits(Options.RefusePpm))
        {
            throw new IOException("Connection refused.");
        }

        SimulatedConnection connection = new(this, ++ConnectionsMade);
        _connections.Add(connection);
        connection.Serve(front);
        return connection.ClientEnd;
    }

    internal void Remove(SimulatedConnection connection)
    {
        _defect ??= connection.Defect;
        _connections.Remove(connection);
    }

    /// <summary>How long until a timestamp.</summary>
    internal TimeSpan TimeUntil(long timestamp)
    {
        // Delays are whole milliseconds, and one that is due within the current one must not be zero for ever.
        TimeSpan exact = time.GetElapsedTime(time.GetTimestamp(), timestamp);
        return TimeSpan.FromMilliseconds(Math.Ceiling(exact.TotalMilliseconds));
    }

    /// <summary>When what is sent now arrives.</summary>
    internal long ArrivalOfSentNow()
    {
        long delayMs = DelayMs() + (Hits(Options.StallPpm) ? random.Below(Options.StallMaxMs) : 0);
        return time.GetTimestamp() + (delayMs * time.TimestampFrequency / 1000);
    }

    /// <summary>The pieces in which so many bytes arrive.</summary>
    internal IEnumerable<Range> Split(int length)
    {
        bool splits = Hits(Options.SplitPpm);
        int longest = splits ? Math.Max(1, (int)Math.Min(random.Skewed(), (ulong)length)) : length;
        for (int from = 0; from < length;)
        {
            int piece = Math.Min(length - from, splits ? random.Between(1, longest) : longest);
            yield return from..(from + piece);
            from += piece;
        }
    }

    /// <summary>A piece has arrived at the end of a link, unless it is lost now.</summary>
    /// <returns>How many of its bytes are delivered.</returns>
    internal int Arrive(SimulatedConnection connection, SimulatedLink link, byte[] bytes)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("Bytes arrived on another thread than the simulation's.");
        }

        Note((ulong)connection.Number);
        Note(((ulong)link.Direction << 32) | (uint)bytes.Length);
        if (Hits(Options.FlipPpm))
        {
            Flips++;
            Turn(bytes);
        }

        if (Hits(Options.ForgePpm) && bytes.Length > FrameHeader.Size && BitConverter.ToUInt32(bytes) == bytes.Length)
        {
            Forge(bytes);
        }

        if (!Hits(Options.CutPpm))
        {
            return bytes.Length;
        }

        Cuts++;
        int way = random.Below(WaysToCut);
        connection.Cut(way);
        return way == 3 ? 0 : random.Below(bytes.Length + 1);
    }

    private void Turn(Span<byte> bytes) => bytes[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));

    private void Forge(byte[] frame)
    {
        FrameHeader header = MemoryMarshal.Read<FrameHeader>(frame);
        Span<byte> body = frame.AsSpan(FrameHeader.Size);
        Turn(body);
        FrameSeal.Close(ref header, body);
        MemoryMarshal.Write(frame, in header);
    }

    private void Note(ulong seen) =>
        Trace = ((Trace ^ seen ^ (ulong)time.GetTimestamp()) * 0x9E3779B97F4A7C15UL) ^ (Trace >> 29);

    private int DelayMs() => random.Between(1, Math.Max(1, Options.DelayMaxMs));

    private bool Hits(int ppm) => ppm > 0 && random.Below(Million) < ppm;
}
