using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using FastCore.Protocol.Frames;

namespace FastCore.Bench.Micro;

/// <summary>
/// What proves that bytes are whole: CRC-32C of a frame by the processor's instruction beside the table that needs
/// none, and the SHA-256 of the journal's chain.
/// </summary>
[MemoryDiagnoser]
public class ChecksumBenchmarks
{
    private const uint Polynomial = 0x82F6_3B78;

    private readonly uint[] _table = new uint[256];
    private byte[] _bytes = [];

    /// <summary>A frame of one payment, and one of 1,024.</summary>
    [Params(160, 131_104)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Bytes];
        new Random(1).NextBytes(_bytes);
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }

            _table[i] = value;
        }

        if (Crc32CByTable() != Crc32CByProcessor())
        {
            throw new InvalidOperationException("The two checksums differ.");
        }
    }

    [Benchmark(Baseline = true)]
    public uint Crc32CByTable()
    {
        uint state = uint.MaxValue;
        foreach (byte value in _bytes)
        {
            state = (state >> 8) ^ _table[(byte)state ^ value];
        }

        return ~state;
    }

    [Benchmark]
    public uint Crc32CByProcessor() => Crc32C.Compute(_bytes);

    [Benchmark]
    public byte Sha256()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes, hash);
        return hash[0];
    }
}
