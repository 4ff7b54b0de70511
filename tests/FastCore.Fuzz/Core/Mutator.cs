using System.Buffers.Binary;
using FastCore.Testing;

namespace FastCore.Fuzz.Core;

/// <summary>Changes inputs in place. Every choice comes from the random numbers, so a seed repeats them all.</summary>
internal sealed class Mutator(SeededRandom random, IReadOnlyList<byte[]> tokens, Corpus corpus)
{
    // Where numbers of any width break: ends of the ranges, signs, and what overflows when something is added to it.
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 127, 128, 255, 256, 4095, 4096, 4097, 65_535, 65_536,
        int.MaxValue - 1, int.MaxValue, 1UL << 31, uint.MaxValue - 32, uint.MaxValue, 1UL << 32, 1UL << 56,
        long.MaxValue - 4096, long.MaxValue, 1UL << 63, ulong.MaxValue - 4096, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    /// <summary>Applies one to eight changes, mostly few.</summary>
    public int Mutate(Span<byte> buffer, int length)
    {
        int rounds = 1 + int.Min(random.Below(4), random.Below(8));
        for (int i = 0; i < rounds; i++)
        {
            length = Change(buffer, length);
        }

        return length;
    }

    private int Change(Span<byte> buffer, int length)
    {
        if (length == 0)
        {
            return Insert(buffer, length);
        }

        switch (random.Below(16))
        {
            case 0 or 1 or 2:
                buffer[random.Below(length)] ^= (byte)(1 << random.Below(8));
                return length;
            case 3:
                buffer[random.Below(length)] = (byte)random.Next();
                return length;
            case 4 or 5 or 6:
                SetNumber(buffer, length);
                return length;
            case 7:
                return random.Below(length + 1);
            case 8:
                return Remove(buffer, length);
            case 9:
                return Insert(buffer, length);
            case 10:
                return Repeat(buffer, length);
            case 11 or 12:
                return Splice(buffer, length);
            case 13:
                Range(length, out int at, out int count);
                buffer.Slice(at, count).Clear();
                return length;
            default:
                return tokens.Count == 0 ? Overwrite(buffer, length) : InsertToken(buffer, length);
        }
    }

    // A number field is set to an edge, to the input's own length, or moved by a little.
    private void SetNumber(Span<byte> buffer, int length)
    {
        int width = 1 << random.Below(4);
        if (width > length)
        {
            return;
        }

        int at = random.Below(length - width + 1);
        at = random.OneIn(4) ? at : at & -width;
        Span<byte> field = buffer.Slice(at, width);
        ulong value = random.Below(4) switch
        {
            0 or 1 => random.Pick(Edges),
            2 => (ulong)(length + random.Between(-40, 40)),
            _ => Read(field) + (ulong)random.Between(-40, 40),
        };
        for (int i = 0; i < width; i++)
        {
            field[i] = (byte)(value >> (8 * i));
        }
    }

    private static ulong Read(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
    };

    private int Remove(Span<byte> buffer, int length)
    {
        Range(length, out int at, out int count);
        buffer[(at + count)..length].CopyTo(buffer[at..]);
        return length - count;
    }

    private int Insert(Span<byte> buffer, int length)
    {
        int count = int.Min(random.Between(1, 32), buffer.Length - length);
        int at = random.Below(length + 1);
        Open(buffer, length, at, count);
        Span<byte> room = buffer.Slice(at, count);
        if (random.OneIn(2))
        {
            random.Fill(room);
        }
        else
        {
            room.Fill((byte)random.Next());
        }

        return length + count;
    }

    private int Repeat(Span<byte> buffer, int length)
    {
        Range(length, out int from, out int count);
        int at = random.Below(length + 1);
        if (random.OneIn(2))
        {
            count = int.Min(count, length - at);
            buffer.Slice(from, count).CopyTo(buffer[at..]);
            return length;
        }

        count = int.Min(count, buffer.Length - length);
        Span<byte> piece = stackalloc byte[int.Min(count, 512)];
        buffer.Slice(from, piece.Length).CopyTo(piece);
        Open(buffer, length, at, piece.Length);
        piece.CopyTo(buffer[at..]);
        return length + piece.Length;
    }

    // The start of this input with the end of another one, or a piece of the other one laid over this one.
    private int Splice(Span<byte> buffer, int length)
    {
        byte[] other = corpus.Pick(random);
        if (other.Length == 0)
        {
            return length;
        }

        int from = random.Below(other.Length);
        if (random.OneIn(2))
        {
            int at = random.OneIn(2) ? int.Min(from, length) : random.Below(length + 1);
            ReadOnlySpan<byte> tail = other.AsSpan(from);
            tail = tail[..int.Min(tail.Length, buffer.Length - at)];
            tail.CopyTo(buffer[at..]);
            return at + tail.Length;
        }

        int target = random.OneIn(2) ? int.Min(from, length - 1) : random.Below(length);
        int count = int.Min(random.Between(1, 64), int.Min(other.Length - from, length - target));
        other.AsSpan(from, count).CopyTo(buffer[target..]);
        return length;
    }

    private int Overwrite(Span<byte> buffer, int length)
    {
        Range(length, out int at, out int count);
        random.Fill(buffer.Slice(at, int.Min(count, 32)));
        return length;
    }

    private int InsertToken(Span<byte> buffer, int length)
    {
        byte[] token = random.Pick(tokens);
        int at = random.Below(length + 1);
        if (random.OneIn(2) && at + token.Length <= length)
        {
            token.CopyTo(buffer[at..]);
            return length;
        }

        if (length + token.Length > buffer.Length)
        {
            return length;
        }

        Open(buffer, length, at, token.Length);
        token.CopyTo(buffer[at..]);
        return length + token.Length;
    }

    private static void Open(Span<byte> buffer, int length, int at, int count) =>
        buffer[at..length].CopyTo(buffer[(at + count)..]);

    private void Range(int length, out int at, out int count)
    {
        at = random.Below(length);
        count = random.Between(1, int.Min(length - at, random.OneIn(4) ? length : 16));
    }
}
