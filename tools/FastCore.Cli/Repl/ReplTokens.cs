using System.Text;

namespace FastCore.Cli.Repl;

/// <summary>Cuts a line into its operation and its objects. Double quotes keep blanks and commas in a value.</summary>
internal static class ReplTokens
{
    /// <summary>The first word, and the words of each object. A line without any word after it has no object.</summary>
    public static (string Operation, IReadOnlyList<IReadOnlyList<string>> Objects) Split(string line)
    {
        List<IReadOnlyList<string>> objects = [];
        List<string> words = [];
        StringBuilder word = new();
        string? operation = null;
        bool quoted = false;
        bool commaSeen = false;

        void EndWord()
        {
            if (word.Length == 0)
            {
                return;
            }

            if (operation is null)
            {
                operation = word.ToString();
            }
            else
            {
                words.Add(word.ToString());
            }

            word.Clear();
        }

        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (char.IsWhiteSpace(c) || c is ',' or ';'))
            {
                EndWord();
                if (c == ',')
                {
                    RequireWords(operation, words);
                    objects.Add(words);
                    words = [];
                    commaSeen = true;
                }
            }
            else
            {
                word.Append(c);
            }
        }

        if (quoted)
        {
            throw new ReplException(operation ?? "", "open_quote", "A quote is opened and never closed.");
        }

        EndWord();
        if (words.Count > 0)
        {
            objects.Add(words);
        }
        else if (commaSeen)
        {
            RequireWords(operation, words);
        }

        return (operation ?? "", objects);
    }

    private static void RequireWords(string? operation, List<string> words)
    {
        if (words.Count == 0)
        {
            throw new ReplException(operation ?? "", "empty_object", "There is nothing on one side of a comma.");
        }
    }
}
