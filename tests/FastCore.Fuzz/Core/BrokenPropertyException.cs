using System.Diagnostics.CodeAnalysis;

namespace FastCore.Fuzz.Core;

/// <summary>Something that must hold for every input does not.</summary>
public sealed class BrokenPropertyException(string message) : Exception(message)
{
    /// <summary>Throws unless the condition holds.</summary>
    public static void Unless([DoesNotReturnIf(false)] bool condition, string property)
    {
        if (!condition)
        {
            throw new BrokenPropertyException(property);
        }
    }
}
