namespace FastCore.Hosting;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Suggestions
{
    // Nobody misspells a longer word; what is longer is no word.
    private const int LengthMax = 80;

    /// <summary>The known word nearest to what was typed, or null when none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        if (typed.Length > LengthMax)
        {
            return null;
        }

        string? best = null;
        int bestDistance = Math.Max(2, typed.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = candidate.StartsWith(typed, StringComparison.OrdinalIgnoreCase) && typed.Length > 2
                ? 1
                : Distance(typed, candidate);
            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>" Did you mean 'x'?" or nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> known) =>
        Nearest(typed, known) is string near ? $" Did you mean '{near}'?" : "";

    // Levenshtein's distance with two rows.
    private static int Distance(string a, string b)
    {
        int[] previous = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
