using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Engine.Ports;

/// <summary>
/// Hash of a partition's state: over the bytes of every part's section, in order, with name and version. Two partitions
/// that executed the same journal have the same hash. A writer like any other, so the hash and the file see the same
/// bytes.
/// </summary>
public sealed class StateHash : ISnapshotWriter
{
    private readonly byte[] _pending = new byte[8];
    private int _pendingCount;
    private ulong _a = 0x243F6A8885A308D3UL;
    private ulong _b = 0x13198A2E03707344UL;

    /// <summary>The hash of what was written so far.</summary>
    public ulong Value
    {
        get
        {
            ulong tail = 0;
            for (int i = 0; i < _pendingCount; i++)
            {
                tail |= (ulong)_pending[i] << (8 * i);
            }

            (ulong a, ulong b) = Mix(_a, _b, tail ^ ((ulong)_pendingCount << 56));
            a ^= b >> 29;
            a *= 0xBF58476D1CE4E5B9UL;
            return a ^ (a >> 32);
        }
    }

    /// <summary>Marks the start of a section.</summary>
    public void BeginSection(string name, uint version)
    {
        foreach (char c in name)
        {
            WriteWord(c);
        }

        WriteWord(version);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (_pendingCount != 0 && bytes.Length != 0)
        {
            _pending[_pendingCount++] = bytes[0];
            bytes = bytes[1..];
            if (_pendingCount == 8)
            {
                _pendingCount = 0;
                WriteAligned(MemoryMarshal.Read<ulong>(_pending));
            }
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ulong a = _a;
        ulong b = _b;
        foreach (ulong word in words)
        {
            (a, b) = Mix(a, b, word);
        }

        _a = a;
        _b = b;
        ReadOnlySpan<byte> rest = bytes[(words.Length * 8)..];
        rest.CopyTo(_pending.AsSpan(_pendingCount));
        _pendingCount += rest.Length;
    }

    private void WriteWord(ulong word)
    {
        Span<byte> bytes = stackalloc byte[8];
        MemoryMarshal.Write(bytes, in word);
        Write(bytes);
    }

    private void WriteAligned(ulong word) => (_a, _b) = Mix(_a, _b, word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong A, ulong B) Mix(ulong a, ulong b, ulong word)
    {
        a = (a ^ word) * 0x9E3779B97F4A7C15UL;
        b = (b + a) ^ (a >> 31);
        return (a ^ (b << 17), b);
    }
}
