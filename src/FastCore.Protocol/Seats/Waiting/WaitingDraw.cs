using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FastCore.Protocol.Seats.Waiting;

/// <summary>
/// The draw of a waiting room, for everybody to run again: a Fisher-Yates shuffle of the list whose numbers come from
/// SHA-256 over the seed, the list and a counter (docs/SEATS.md). Nobody, the house included, knows a number before
/// the list is complete and the seed is told.
/// </summary>
public struct WaitingDraw
{
    private const int WordsPerBlock = Hash256.Length / sizeof(ulong);

    private Hash256 _seed;
    private Hash256 _block;
    private ulong _blockNumber;

    /// <summary>Begins a draw, or goes on with one.</summary>
    /// <param name="show">Number of the show.</param>
    /// <param name="seed">The seed that was told.</param>
    /// <param name="listHash">Hash of the list (<see cref="Append"/>).</param>
    /// <param name="words">Words that were used before.</param>
    public WaitingDraw(ulong show, in Hash256 seed, in Hash256 listHash, ulong words = 0)
    {
        ReadOnlySpan<byte> name = "fastcore draw 1"u8;
        Span<byte> message = stackalloc byte[name.Length + sizeof(ulong) + (2 * Hash256.Length)];
        name.CopyTo(message);
        Span<byte> fields = message[name.Length..];
        BinaryPrimitives.WriteUInt64LittleEndian(fields, show);
        ((ReadOnlySpan<byte>)seed).CopyTo(fields[8..]);
        ((ReadOnlySpan<byte>)listHash).CopyTo(fields[(8 + Hash256.Length)..]);
        SHA256.HashData(message, _seed);
        Words = words;
        _blockNumber = ulong.MaxValue;
    }

    /// <summary>Words used so far.</summary>
    public ulong Words { get; private set; }

    /// <summary>The hash of a list with one buyer more; that of an empty list is zeros.</summary>
    /// <param name="listHash">Hash of the list so far.</param>
    /// <param name="buyer">Who is added.</param>
    public static Hash256 Append(in Hash256 listHash, ulong buyer)
    {
        Span<byte> message = stackalloc byte[Hash256.Length + sizeof(ulong)];
        ((ReadOnlySpan<byte>)listHash).CopyTo(message);
        BinaryPrimitives.WriteUInt64LittleEndian(message[Hash256.Length..], buyer);
        Hash256 hash = default;
        SHA256.HashData(message, hash);
        return hash;
    }

    /// <summary>The commitment to a seed.</summary>
    public static Hash256 CommitmentOf(in Hash256 seed)
    {
        Hash256 hash = default;
        SHA256.HashData(seed, hash);
        return hash;
    }

    /// <summary>Runs a whole draw.</summary>
    /// <param name="show">Number of the show.</param>
    /// <param name="seed">The seed that was told.</param>
    /// <param name="buyers">The list, in the order of the numbers.</param>
    /// <returns>The buyers in the order of their places.</returns>
    public static ulong[] Run(ulong show, in Hash256 seed, ReadOnlySpan<ulong> buyers)
    {
        Hash256 list = default;
        foreach (ulong buyer in buyers)
        {
            list = Append(list, buyer);
        }

        ulong[] places = buyers.ToArray();
        WaitingDraw draw = new(show, seed, list);
        for (int last = places.Length - 1; last > 0; last--)
        {
            int other = (int)draw.Below((uint)last + 1);
            (places[last], places[other]) = (places[other], places[last]);
        }

        return places;
    }

    /// <summary>
    /// The next number below a bound, each as likely: words in the last, incomplete round of the bound are passed over.
    /// </summary>
    /// <param name="bound">1 or more.</param>
    public uint Below(uint bound)
    {
        ulong incomplete = ((ulong.MaxValue % bound) + 1) % bound;
        ulong word;
        do
        {
            word = NextWord();
        }
        while (word > ulong.MaxValue - incomplete);

        return (uint)(word % bound);
    }

    private ulong NextWord()
    {
        ulong number = Words / WordsPerBlock;
        if (number != _blockNumber)
        {
            Span<byte> message = stackalloc byte[Hash256.Length + sizeof(ulong)];
            ((ReadOnlySpan<byte>)_seed).CopyTo(message);
            BinaryPrimitives.WriteUInt64LittleEndian(message[Hash256.Length..], number);
            SHA256.HashData(message, _block);
            _blockNumber = number;
        }

        int at = (int)(Words++ % WordsPerBlock) * sizeof(ulong);
        return BinaryPrimitives.ReadUInt64LittleEndian(((ReadOnlySpan<byte>)_block)[at..]);
    }
}
