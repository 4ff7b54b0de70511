using System.Text;
using FastCore.Protocol.Frames;
using Xunit;

namespace FastCore.Protocol.Tests.Frames;

public sealed class Crc32CTests
{
    // The check value of the catalogue of CRC algorithms and the examples of RFC 3720, appendix B.4.
    [Fact]
    public void Known_values()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Fact]
    public void Same_in_pieces_and_as_a_bitwise_twin()
    {
        Random random = new(20261);
        for (int round = 0; round < 200; round++)
        {
            byte[] bytes = new byte[random.Next(0, 300)];
            random.NextBytes(bytes);
            int cut = random.Next(0, bytes.Length + 1);
            uint pieces = Crc32C.Append(Crc32C.Append(Crc32C.Begin, bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
            Assert.Equal(Bitwise(bytes), Crc32C.End(pieces));
        }
    }

    private static uint Bitwise(byte[] bytes)
    {
        const uint ReflectedPolynomial = 0x82F63B78;
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? (state >> 1) ^ ReflectedPolynomial : state >> 1;
            }
        }

        return ~state;
    }
}
