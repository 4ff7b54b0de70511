using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Load;

/// <summary>
/// Holds beside an on-sale that all end at one moment, in the middle of what is measured. They are made long before
/// and extended to that moment; how bookings fare in the second around it, and how long it takes until a read sees no
/// hold any more, is measured.
/// </summary>
/// <param name="holds">How many.</param>
/// <param name="firstShow">Number of the first show that they are in.</param>
/// <param name="chart">Chart of the shows, of rows that are all alike.</param>
/// <param name="run">Upper half of their ids.</param>
internal sealed class SeatsExpiry(int holds, ulong firstShow, ulong chart, ulong run)
{
    private const int SeatsPerShow = SeatsWorkload.Rows * SeatsWorkload.RowSeats;
    private const ulong HoldIds = 1UL << 62;
    private const ulong NsPerMs = 1_000_000;
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(1);

    private readonly int _shows = (holds + SeatsPerShow - 1) / SeatsPerShow;
    private ulong _firstNs = ulong.MaxValue;
    private ulong _lastNs;
    private long _fromTicks;
    private long _untilTicks;
    private double _allMs;
    private Task _watch = Task.CompletedTask;

    /// <summary>Bookings of buyers who came in the second around the moment, nanoseconds.</summary>
    public LatencyHistogram Bookings { get; } = new();

    /// <summary>Whether a buyer who came at this time is one of them.</summary>
    public bool IsAround(long plannedTicks) =>
        plannedTicks >= Volatile.Read(ref _fromTicks) && plannedTicks < Volatile.Read(ref _untilTicks);

    /// <summary>Makes the holds, and lets them end after a while.</summary>
    /// <param name="session">The session.</param>
    /// <param name="after">From now to the moment.</param>
    /// <param name="cancellation">Ends the waiting for the moment.</param>
    public async Task PrepareAsync(IFastCoreSession session, TimeSpan after, CancellationToken cancellation)
    {
        CreateShow[] shows = [.. Enumerable.Range(0, _shows).Select(i => new CreateShow
        {
            Show = firstShow + (ulong)i,
            Chart = chart,
            HoldMs = SeatLimits.HoldMsMax,
            HoldMsMax = SeatLimits.HoldMsMax,
        })];
        await SendAsync(session, Operation.CreateShow, shows);
        foreach (int[] some in Enumerable.Range(0, holds).Chunk(Limits.ElementsPerRequestMax))
        {
            await SendAsync(session, Operation.HoldSeats, [.. some.Select(HoldOf)]);
        }

        long start = Stopwatch.GetTimestamp();
        DateTimeOffset moment = DateTimeOffset.UtcNow + after;
        foreach (int[] some in Enumerable.Range(0, holds).Chunk(Limits.ElementsPerRequestMax))
        {
            uint left = (uint)Math.Max(1, Math.Round((moment - DateTimeOffset.UtcNow).TotalMilliseconds));
            SeatResult[] answers =
                await SendAsync(session, Operation.ExtendHold, [.. some.Select(i => ExtensionOf(i, left))]);
            _firstNs = Math.Min(_firstNs, answers.Min(answer => answer.ExpiresAt));
            _lastNs = Math.Max(_lastNs, answers.Max(answer => answer.ExpiresAt));
        }

        long fromTicks = start + TicksOf(after - Before);
        Volatile.Write(ref _untilTicks, fromTicks + TicksOf(Around));
        Volatile.Write(ref _fromTicks, fromTicks);
        _watch = WatchAsync(session, cancellation);
    }

    /// <summary>Adds what was measured.</summary>
    public void AddTo(JsonObject json)
    {
        json["expire_holds"] = holds;
        json["expire_spread_ms"] = Math.Round((_lastNs - _firstNs) / (double)NsPerMs, 3);
        json["expire_all_ms"] = Math.Round(_allMs, 1);
        json["expire_bookings"] = Bookings.Count;
        json["expire_booking_p50_us"] = Math.Round(Bookings.Percentile(50) / 1e3, 1);
        json["expire_booking_p99_us"] = Math.Round(Bookings.Percentile(99) / 1e3, 1);
        json["expire_booking_max_us"] = Math.Round(Bookings.Max / 1e3, 1);
    }

    /// <summary>Waits until nothing is held, then looks every hold up.</summary>
    public async Task VerifyAsync(IFastCoreSession session, List<string> differences)
    {
        await _watch;
        await VerifyNowAsync(session, differences);
    }

    /// <summary>Looks every hold up: all must have expired and no seat may be held.</summary>
    public async Task VerifyNowAsync(IFastCoreSession session, List<string> differences)
    {
        for (int i = 0; i < _shows; i++)
        {
            ShowRecord show = await GetShowAsync(session, firstShow + (ulong)i);
            if (show.Held != 0 || show.Booked != 0)
            {
                differences.Add($"{show.Held} seats of show {show.Show} are held, {show.Booked} booked; all expired.");
            }
        }

        long held = 0;
        foreach (IGrouping<ulong, int> some in Enumerable.Range(0, holds).GroupBy(ShowOf))
        {
            foreach (int[] chunk in some.Chunk(Limits.ElementsPerRequestMax))
            {
                byte[] found = await LoadQueries.LookupAsync(
                    session, Operation.GetHold, some.Key, [.. chunk.Select(IdOf)], HoldRecord.Size);
                held += chunk.Length;
                foreach (ref readonly HoldRecord hold in MemoryMarshal.Cast<byte, HoldRecord>(found))
                {
                    held -= hold.State == HoldState.Expired ? 1 : 0;
                }
            }
        }

        if (held != 0)
        {
            differences.Add($"{held} of {holds} holds have not expired.");
        }
    }

    private static long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static async Task<SeatResult[]> SendAsync<T>(IFastCoreSession session, Operation operation, T[] elements)
        where T : unmanaged
    {
        byte[] body = MemoryMarshal.AsBytes<T>(elements).ToArray();
        byte[] answers = await LoadQueries.SendAsync(session, operation, body, elements.Length * SeatResult.Size);
        SeatResult[] results = MemoryMarshal.Cast<byte, SeatResult>(answers).ToArray();
        return Array.TrueForAll(results, result => result.Code == SeatStatus.Ok)
            ? results
            : throw new LoadException($"{operation} of the holds that expire was refused.");
    }

    private static async Task<ShowRecord> GetShowAsync(IFastCoreSession session, ulong show)
    {
        byte[] body = new byte[BookPrefix.Size + sizeof(ulong)];
        MemoryMarshal.Write(body, show);
        MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), show);
        return MemoryMarshal.Read<ShowRecord>(
            await LoadQueries.SendAsync(session, Operation.GetShow, body, ShowRecord.Size));
    }

    // Asks from the last expiry on until nothing is held.
    private async Task WatchAsync(IFastCoreSession session, CancellationToken cancellation)
    {
        DateTimeOffset last = DateTimeOffset.UnixEpoch.AddTicks((long)(_lastNs / 100));
        TimeSpan left = last - DateTimeOffset.UtcNow;
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, TimeProvider.System, cancellation);
        }

        for (int i = 0; i < _shows;)
        {
            ShowRecord show = await GetShowAsync(session, firstShow + (ulong)i);
            i += show.Held == 0 ? 1 : 0;
        }

        _allMs = (DateTimeOffset.UtcNow - last).TotalMilliseconds;
    }

    private ulong ShowOf(int hold) => firstShow + (ulong)(hold / SeatsPerShow);

    private UInt128 IdOf(int hold) => new(run, HoldIds | (uint)hold);

    private HoldSeats HoldOf(int hold)
    {
        int seat = hold % SeatsPerShow;
        HoldSeats request = new() { Id = IdOf(hold), Show = ShowOf(hold), Buyer = (ulong)hold + 1, Count = 1 };
        request.Seats[0] = SeatPlace.Of(seat / SeatsWorkload.RowSeats, seat % SeatsWorkload.RowSeats);
        return request;
    }

    private HoldChange ExtensionOf(int hold, uint expiresInMs) =>
        new() { Hold = IdOf(hold), Show = ShowOf(hold), ExpiresInMs = expiresInMs };
}
