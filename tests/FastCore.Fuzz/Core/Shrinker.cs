using FastCore.Testing;

namespace FastCore.Fuzz.Core;

/// <summary>
/// Makes a failing input shorter and plainer as long as it fails in the same way: takes pieces out, halving their size,
/// sets bytes to zero, and takes pieces out of which a byte before them tells the length.
/// </summary>
internal sealed class Shrinker(Fuzzer fuzzer, Attempt attempt)
{
    private const int TriesMax = 20_000;

    private readonly SeededRandom _mending = new(1);
    private int _tries;

    public FuzzFailure Shrink(FuzzFailure failure)
    {
        FuzzFailure best = failure;
        int before;
        do
        {
            before = best.Input.Length;
            best = WithoutPieces(best);
        }
        while (best.Input.Length < before && _tries < TriesMax);

        return WithSmallerLengths(Plainer(best));
    }

    private FuzzFailure WithoutPieces(FuzzFailure best)
    {
        for (int size = Math.Max(1, best.Input.Length / 2); size >= 1 && _tries < TriesMax; size /= 2)
        {
            int at = 0;
            while (at < best.Input.Length && _tries < TriesMax)
            {
                int end = Math.Min(best.Input.Length, at + size);
                byte[] shorter = [.. best.Input.AsSpan(0, at), .. best.Input.AsSpan(end)];
                if (Try(shorter, best) is FuzzFailure same)
                {
                    best = same;
                }
                else
                {
                    at += size;
                }
            }
        }

        return best;
    }

    private FuzzFailure WithSmallerLengths(FuzzFailure best)
    {
        int at = 0;
        while (at < best.Input.Length && _tries < TriesMax)
        {
            if (Shorter(best, at) is FuzzFailure shorter)
            {
                best = shorter;
            }
            else
            {
                at++;
            }
        }

        return best;
    }

    private FuzzFailure? Shorter(FuzzFailure best, int at)
    {
        for (int size = Math.Min((int)best.Input[at], 32); size > 0; size /= 2)
        {
            for (int from = at + 1; from + size <= best.Input.Length && _tries < TriesMax; from++)
            {
                byte[] shorter = [.. best.Input.AsSpan(0, from), .. best.Input.AsSpan(from + size)];
                shorter[at] -= (byte)size;
                if (Try(shorter, best) is FuzzFailure same)
                {
                    return same;
                }
            }
        }

        return null;
    }

    private FuzzFailure Plainer(FuzzFailure best)
    {
        for (int at = 0; at < best.Input.Length && _tries < TriesMax; at++)
        {
            if (best.Input[at] != 0)
            {
                byte[] plainer = [.. best.Input];
                plainer[at] = 0;
                best = Try(plainer, best) ?? best;
            }
        }

        return best;
    }

    // As it is, or with its checksums made right again.
    private FuzzFailure? Try(byte[] input, FuzzFailure like)
    {
        _tries++;
        if (attempt.Run(input) is FuzzFailure failure && failure.IsLike(like))
        {
            return failure;
        }

        byte[] mended = [.. input];
        fuzzer.Mend(mended, _mending);
        return attempt.Run(mended) is FuzzFailure other && other.IsLike(like) ? other : null;
    }
}
