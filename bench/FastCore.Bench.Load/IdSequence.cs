using System.Runtime.CompilerServices;

namespace FastCore.Bench.Load;

/// <summary>
/// The ids of one sender in one id space, by index. Everything about a command follows from its index, so that an
/// earlier one can be sent again with the same content without being kept.
/// </summary>
internal struct IdSequence
{
    private readonly ulong _salt;
    private readonly ulong _window;
    private ulong _duplicateDraws;

    /// <summary>Starts a sequence.</summary>
    /// <param name="salt">Tells the contents of sequences apart.</param>
    /// <param name="window">How far back a duplicate reaches at most.</param>
    public IdSequence(ulong salt, int window)
    {
        _salt = SeededRandom.Mix(salt);
        _window = (ulong)window;
    }

    /// <summary>Index of the next new id.</summary>
    public ulong Next { get; set; }

    /// <summary>Indexes below this one were answered.</summary>
    public ulong Answered { get; set; }

    /// <summary>64 bits of content of an index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Content(ulong index) => SeededRandom.Mix(_salt ^ index);

    /// <summary>
    /// Whether the command of an index is made to be refused: 5 in 90, since 10 in 100 carry no new id.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsRefused(ulong content) =>
        (content >> 48) < 65_536 * LoadOptions.RefusedPercent / (100 - LoadOptions.DuplicatePercent);

    /// <summary>
    /// Chooses the next command: mostly the next new index, sometimes an earlier one that was answered and accepted.
    /// </summary>
    public ulong Choose(out ulong content, out CommandKind kind)
    {
        // The draw depends on the position only, so that the sequence of a seed does not depend on timing.
        ulong draw = SeededRandom.Mix(~_salt ^ (Next + _duplicateDraws));
        if (draw % 100 < LoadOptions.DuplicatePercent && Answered > 0)
        {
            _duplicateDraws++;
            ulong window = Math.Min(Answered, _window);
            ulong index = Answered - 1 - ((draw >> 20) % window);
            content = Content(index);
            for (ulong steps = 0; IsRefused(content) && steps < window; steps++)
            {
                index = index == Answered - window ? Answered - 1 : index - 1;
                content = Content(index);
            }

            if (!IsRefused(content))
            {
                kind = CommandKind.Duplicate;
                return index;
            }
        }

        ulong next = Next++;
        content = Content(next);
        kind = IsRefused(content) ? CommandKind.Refused : CommandKind.New;
        return next;
    }
}
