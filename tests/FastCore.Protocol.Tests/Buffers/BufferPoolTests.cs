using FastCore.Protocol.Buffers;
using Xunit;

namespace FastCore.Protocol.Tests.Buffers;

/// <summary>X9: buffers come from where the knob says and go back to where they came from.</summary>
public sealed class BufferPoolTests : IDisposable
{
    private static readonly int[] Lengths =
        [0, 1, 4_095, 4_096, 4_097, 8_192, 1 << 20, (1 << 21) - 1, 1 << 21, (1 << 21) + 1, 9_999_999];

    [Theory]
    [InlineData(BufferPooling.Array)]
    [InlineData(BufferPooling.Object)]
    public void A_returned_buffer_is_used_again(BufferPooling kind)
    {
        BufferPool.Kind = kind;
        HashSet<byte[]> seen = new(ReferenceEqualityComparer.Instance);
        bool again = false;
        for (int i = 0; i < 1_000 && !again; i++)
        {
            RentedBuffer buffer = BufferPool.Rent(5_000);
            again = !seen.Add(buffer.Bytes);
            buffer.Return();
        }

        Assert.True(again);
    }

    [Fact]
    public void Without_a_pool_every_buffer_is_new_and_exact()
    {
        BufferPool.Kind = BufferPooling.None;
        RentedBuffer first = BufferPool.Rent(5_000);
        first.Return();
        RentedBuffer second = BufferPool.Rent(5_000);
        second.Return();
        Assert.NotSame(first.Bytes, second.Bytes);
        Assert.Equal(5_000, second.Bytes.Length);
    }

    [Fact]
    public void Every_length_fits_and_what_is_in_use_is_nobody_elses()
    {
        foreach (BufferPooling kind in Enum.GetValues<BufferPooling>())
        {
            BufferPool.Kind = kind;
            List<RentedBuffer> rented = [];
            foreach (int length in Lengths)
            {
                RentedBuffer buffer = BufferPool.Rent(length);
                Assert.True(buffer.Bytes.Length >= length, $"{kind}: {length}");
                Assert.DoesNotContain(rented, other => length > 0 && ReferenceEquals(other.Bytes, buffer.Bytes));
                rented.Add(buffer);
            }

            rented.ForEach(buffer => buffer.Return());
        }
    }

    [Fact]
    public void A_buffer_goes_back_to_its_own_pool_after_the_knob_was_turned()
    {
        BufferPool.Kind = BufferPooling.None;
        RentedBuffer own = BufferPool.Rent(5_000);
        BufferPool.Kind = BufferPooling.Object;
        own.Return();

        // 5,000 bytes are no size of the object pools: had it gone there, a caller would get too few.
        for (int i = 0; i < 100; i++)
        {
            RentedBuffer buffer = BufferPool.Rent(8_000);
            Assert.Equal(8_192, buffer.Bytes.Length);
            buffer.Return();
        }
    }

    [Fact]
    public void A_buffer_of_a_negative_length_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BufferPool.Rent(-1));

#if DEBUG
    [Fact]
    public void A_second_return_is_refused()
    {
        RentedBuffer buffer = BufferPool.Rent(100);
        buffer.Return();
        Assert.Throws<InvalidOperationException>(() => buffer.Return());
    }
#endif

    public void Dispose() => BufferPool.Kind = BufferPooling.Array;
}
