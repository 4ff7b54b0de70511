using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Engine.Limiting;

/// <summary>
/// A rate limiter over a fixed-size state: integers only, time passed in, so that a replay decides the same. A state of
/// all zero bytes is one that was never used.
/// </summary>
public interface ILimiter
{
    /// <summary>Takes permits if there are enough; takes nothing otherwise.</summary>
    /// <param name="state">The state, changed only when the permits were taken.</param>
    /// <param name="settings">The limit. Settings that are not valid refuse everything.</param>
    /// <param name="nowNs">The time. One before the last time seen counts as that.</param>
    /// <param name="permits">Permits wanted; 0 takes none and always succeeds.</param>
    /// <param name="retryAfterNs">
    /// When refused: nanoseconds after which the same request succeeds if nobody else takes any meanwhile;
    /// <see cref="ulong.MaxValue"/> when it never will. Otherwise 0.
    /// </param>
    static abstract bool TryAcquire(
        ref LimiterState state, in LimiterSettings settings, ulong nowNs, uint permits, out ulong retryAfterNs);

    /// <summary>Whether the state decides like one that was never used, so that it may be forgotten.</summary>
    static abstract bool IsFresh(in LimiterState state, in LimiterSettings settings, ulong nowNs);

    /// <summary>Null, or a sentence that says what is wrong with the settings.</summary>
    static abstract string? Validate(in LimiterSettings settings);
}

/// <summary>The state of a limiter: 32 bytes that each algorithm lays out in its own way.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct LimiterState : IEquatable<LimiterState>
{
    /// <summary>Bytes of a state.</summary>
    public const int Size = 32;

    /// <summary>First word; what it means is the algorithm's.</summary>
    [FieldOffset(0)] public ulong Word0;

    /// <summary>Second word.</summary>
    [FieldOffset(8)] public ulong Word1;

    /// <summary>Third word.</summary>
    [FieldOffset(16)] public ulong Word2;

    /// <summary>Fourth word.</summary>
    [FieldOffset(24)] public ulong Word3;

    /// <inheritdoc/>
    public readonly bool Equals(LimiterState other) =>
        Word0 == other.Word0 && Word1 == other.Word1 && Word2 == other.Word2 && Word3 == other.Word3;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is LimiterState other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Word0, Word1, Word2, Word3);

    /// <summary>The state seen as the algorithm's own struct of exactly <see cref="Size"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref T As<T>(ref LimiterState state)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Size)
        {
            throw new InvalidOperationException("A limiter's own state must have the size of LimiterState.");
        }

        return ref Unsafe.As<LimiterState, T>(ref state);
    }
}

/// <summary>What a limiter allows: 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct LimiterSettings
{
    /// <summary>Bytes of the settings.</summary>
    public const int Size = 16;

    /// <summary>
    /// Permits per period (token bucket: refilled evenly; windows: the limit); permits at a time (concurrency limit).
    /// </summary>
    [FieldOffset(0)] public uint Permits;

    /// <summary>Token bucket: permits that may be taken at once after a quiet time. Otherwise not used.</summary>
    [FieldOffset(4)] public uint Burst;

    /// <summary>Length of the period in nanoseconds (concurrency limit: the retry-after it answers).</summary>
    [FieldOffset(8)] public ulong PeriodNs;
}
