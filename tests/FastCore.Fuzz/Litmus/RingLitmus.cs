using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Engine.Rings;

namespace FastCore.Fuzz.Litmus;

/// <summary>
/// Claim, publish, drain: two producers fill records of a small ring, the consumer must see each of them whole, once,
/// and in its producer's order. The twin hands a record over by a plain store, which only processors that swap stores
/// (or loads) tell from a release store.
/// </summary>
public sealed class RingLitmus : LitmusTest
{
    private const int Producers = 2;
    private const int WordsMax = 24;
    private const int Cells = 256;

    private readonly Cell[] _cells = new Cell[Cells];

    /// <inheritdoc/>
    public override string Summary => "MpscByteRing against a hand-over by a plain store";

    /// <inheritdoc/>
    public override bool ShowsOnX64 => false;

    /// <inheritdoc/>
    protected override long Forbidden(bool twin, int rounds) => twin ? Loose(rounds) : Real(rounds);

    private static unsafe long Real(int rounds)
    {
        MpscByteRing ring = new(4096);
        long forbidden = 0;
        int perProducer = rounds / Producers;
        void Produce(int producer)
        {
            for (int i = 0; i < perProducer; i++)
            {
                int words = 2 + (i % WordsMax);
                RingClaim claim;
                SpinWait spin = default;
                while (!ring.TryClaim(words * 8, out claim))
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                Span<ulong> payload = MemoryMarshal.Cast<byte, ulong>(claim.Payload);
                payload[0] = (ulong)producer;
                payload[1..words].Fill((ulong)i + 1);
                claim.Publish();
            }
        }

        void Consume()
        {
            int[] next = new int[Producers];
            SpinWait spin = default;
            for (int taken = 0; taken < perProducer * Producers;)
            {
                long cursor = ring.ReadPosition;
                int before = taken;
                while (ring.TryPeek(ref cursor, out byte* payload, out int length))
                {
                    forbidden += IsWhole(new ReadOnlySpan<byte>(payload, length), next) ? 0 : 1;
                    taken++;
                }

                ring.Release(cursor);
                if (taken == before)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }
            }
        }

        Race.Run(() => Produce(0), () => Produce(1), Consume);
        GC.KeepAlive(ring);
        return forbidden;
    }

    private static bool IsWhole(ReadOnlySpan<byte> payload, int[] next)
    {
        ulong producer = BinaryPrimitives.ReadUInt64LittleEndian(payload);
        if (producer >= Producers)
        {
            return false;
        }

        int i = next[producer]++;
        int words = 2 + (i % WordsMax);
        return payload.Length >= words * 8
            && MemoryMarshal.Cast<byte, ulong>(payload[8..(words * 8)]).IndexOfAnyExcept((ulong)i + 1) < 0;
    }

    private long Loose(int rounds)
    {
        Race race = new(2);
        long forbidden = 0;
        int laps = Math.Max(1, rounds / Cells);
        Race.Run(
            () =>
            {
                for (int lap = 1; lap <= laps; lap++)
                {
                    race.Meet();
                    for (int i = 0; i < Cells; i++)
                    {
                        _cells[i].Payload = lap;
                        _cells[i].Length = lap;
                    }

                    race.Meet();
                }
            },
            () =>
            {
                for (int lap = 1; lap <= laps; lap++)
                {
                    race.Meet();
                    for (int i = Cells - 1; i >= 0; i--)
                    {
                        int length = _cells[i].Length;
                        forbidden += length == lap && _cells[i].Payload != lap ? 1 : 0;
                    }

                    race.Meet();
                }
            });
        return forbidden;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Cell
    {
        [FieldOffset(0)] public int Payload;
        [FieldOffset(128)] public int Length;
    }
}
