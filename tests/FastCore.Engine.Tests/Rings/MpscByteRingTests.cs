using System.Runtime.InteropServices;

using FastCore.Engine.Rings;

using Xunit;

namespace FastCore.Engine.Tests.Rings;

public sealed unsafe class MpscByteRingTests
{
    [Fact]
    public void Random_operations_match_a_queue()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            Random random = new(seed);
            MpscByteRing ring = new(1024);
            Queue<byte[]> twin = new();
            long used = 0;
            for (int step = 0; step < 5_000; step++)
            {
                if (random.Next(2) == 0)
                {
                    byte[] record = new byte[random.Next(1, ring.PayloadMax + 1)];
                    random.NextBytes(record);
                    if (ring.TryClaim(record.Length, out RingClaim claim))
                    {
                        if (random.Next(10) == 0)
                        {
                            claim.Skip();
                            continue;
                        }

                        record.CopyTo(claim.Payload);
                        claim.Publish();
                        twin.Enqueue(record);
                    }
                    else
                    {
                        Assert.True(ring.Used > 0, "An empty ring refused a record that fits.");
                    }
                }
                else
                {
                    int take = random.Next(0, 4);
                    long cursor = ring.ReadPosition;
                    for (int i = 0; i < take && ring.TryPeek(ref cursor, out byte* payload, out int length); i++)
                    {
                        byte[] expected = twin.Dequeue();
                        Assert.InRange(length, expected.Length, expected.Length + MpscByteRing.Alignment);
                        Assert.Equal(expected, new ReadOnlySpan<byte>(payload, expected.Length).ToArray());
                    }

                    ring.Release(cursor);
                }

                used = Math.Max(used, ring.Used);
            }

            Assert.InRange(used, 1, ring.Capacity);
        }
    }

    [Fact]
    public void A_claim_that_is_not_published_hides_everything_behind_it()
    {
        MpscByteRing ring = new(1024);
        Assert.True(ring.TryClaim(8, out RingClaim first));
        Assert.True(ring.TryClaim(8, out RingClaim second));
        second.Payload[0] = 2;
        second.Publish();
        long cursor = ring.ReadPosition;
        Assert.False(ring.TryPeek(ref cursor, out _, out _));
        first.Payload[0] = 1;
        first.Publish();
        Assert.True(ring.TryPeek(ref cursor, out byte* a, out _));
        Assert.Equal(1, *a);
        Assert.True(ring.TryPeek(ref cursor, out byte* b, out _));
        Assert.Equal(2, *b);
    }

    [Fact]
    public void Bytes_of_an_earlier_lap_are_never_taken_for_a_record()
    {
        MpscByteRing ring = new(1024);
        for (int lap = 0; lap < 100; lap++)
        {
            Assert.True(ring.TryClaim(200, out RingClaim claim));

            // What a hostile client would send: every word looks like the length of a published record.
            MemoryMarshal.Cast<byte, long>(claim.Payload).Fill(64);
            claim.Publish();
            long cursor = ring.ReadPosition;
            Assert.True(ring.TryPeek(ref cursor, out _, out _));
            ring.Release(cursor);
            Assert.True(ring.TryClaim(40 + (lap % 3 * 32), out RingClaim open));
            Assert.False(ring.TryPeek(ref cursor, out _, out _));
            open.Skip();
            Assert.False(ring.TryPeek(ref cursor, out _, out _));
            ring.Release(cursor);
        }
    }

    [Fact]
    public void Full_is_a_value_and_room_comes_back()
    {
        MpscByteRing ring = new(1024);
        int count = 0;
        while (ring.TryClaim(24, out RingClaim claim))
        {
            claim.Publish();
            count++;
        }

        Assert.Equal(32, count);
        long cursor = ring.ReadPosition;
        Assert.True(ring.TryPeek(ref cursor, out _, out _));
        Assert.False(ring.TryClaim(24, out _));
        ring.Release(cursor);
        Assert.True(ring.TryClaim(24, out _));
    }

    [Fact]
    public void A_closed_ring_takes_no_claim_and_gives_out_every_earlier_one()
    {
        MpscByteRing ring = new(1024);
        Assert.True(ring.TryClaim(8, out RingClaim claim));
        ring.Close();
        Assert.False(ring.TryClaim(8, out _));
        Assert.False(ring.IsEmpty);
        claim.Publish();
        long cursor = ring.ReadPosition;
        Assert.True(ring.TryPeek(ref cursor, out _, out _));
        ring.Release(cursor);
        Assert.True(ring.IsEmpty);
        Assert.True(ring.IsClosed);
    }

    [Fact]
    public void Many_producers_lose_nothing_repeat_nothing_and_keep_their_own_order()
    {
        const int producers = 4;
        const int perProducer = 100_000;
        MpscByteRing ring = new(1 << 14);
        Thread[] threads = new Thread[producers];
        for (int p = 0; p < producers; p++)
        {
            int producer = p;
            threads[p] = new Thread(() =>
            {
                for (int i = 0; i < perProducer; i++)
                {
                    int words = 1 + ((i * 7 + producer) % 30);
                    RingClaim claim;
                    while (!ring.TryClaim((words + 1) * 8, out claim))
                    {
                        Thread.Yield();
                    }

                    Span<long> payload = MemoryMarshal.Cast<byte, long>(claim.Payload);
                    payload[0] = ((long)producer << 32) | (uint)i;
                    payload[1..(words + 1)].Fill(payload[0]);
                    claim.Publish();
                }
            });
            threads[p].Start();
        }

        long[] next = new long[producers];
        for (int taken = 0; taken < producers * perProducer;)
        {
            long cursor = ring.ReadPosition;
            while (ring.TryPeek(ref cursor, out byte* payload, out int length))
            {
                long* words = (long*)payload;
                int producer = (int)(words[0] >> 32);
                long i = words[0] & 0xFFFF_FFFF;
                Assert.Equal(next[producer]++, i);
                int count = 1 + (((int)i * 7 + producer) % 30);
                for (int w = 0; w <= count; w++)
                {
                    Assert.Equal(words[0], words[w]);
                }

                Assert.True(length >= (count + 1) * 8);
                taken++;
            }

            ring.Release(cursor);
            Thread.Yield();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.True(ring.IsEmpty);
    }

    [Fact]
    public void Claiming_and_draining_allocate_nothing()
    {
        MpscByteRing ring = new(1 << 14);
        long before = 0;
        for (int i = 0; i < 20_000; i++)
        {
            if (i == 10_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            Assert.True(ring.TryClaim(100, out RingClaim claim));
            claim.Publish();
            long cursor = ring.ReadPosition;
            Assert.True(ring.TryPeek(ref cursor, out _, out _));
            ring.Release(cursor);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
