namespace FastCore.Fraud.Rules;

/// <summary>What is wrong in a rule file.</summary>
public enum RuleMistakeCode : byte
{
    /// <summary>The files have more than <see cref="RuleLimits.BytesMax"/> bytes, or there are too many.</summary>
    FilesTooLarge,

    /// <summary>The bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>A character has no meaning here.</summary>
    UnexpectedCharacter,

    /// <summary>A quoted name does not end on its line.</summary>
    UnclosedText,

    /// <summary>A quoted name is empty, too long or holds characters that cannot be seen.</summary>
    BadText,

    /// <summary>A number does not look like one.</summary>
    BadNumber,

    /// <summary>A number is larger, or finer, than arithmetic keeps exactly.</summary>
    NumberTooLarge,

    /// <summary>Something else must stand here.</summary>
    UnexpectedToken,

    /// <summary>A condition is nested too deep.</summary>
    TooDeep,

    /// <summary>A condition, or all together, are too long.</summary>
    TooLong,

    /// <summary>Two comparisons share an operand.</summary>
    ChainedComparison,

    /// <summary>A priority is too large.</summary>
    PriorityOutOfRange,

    /// <summary>A name is taken by an earlier rule, list, or test of the same rule.</summary>
    RepeatedName,

    /// <summary>There are too many rules.</summary>
    TooManyRules,

    /// <summary>There are too many shadow rules.</summary>
    TooManyShadowRules,

    /// <summary>There are too many lists.</summary>
    TooManyLists,

    /// <summary>There are too many tests, or a test gives too much.</summary>
    TooManyTests,

    /// <summary>No field and no feature has this name.</summary>
    UnknownName,

    /// <summary>No list has this name.</summary>
    UnknownList,

    /// <summary>The list holds another kind of key.</summary>
    ListOfOtherKind,

    /// <summary>An operator cannot take such operands.</summary>
    TypeMismatch,

    /// <summary>The operands are measured in different units.</summary>
    UnitMismatch,

    /// <summary>The divisor is zero.</summary>
    DivisionByZero,

    /// <summary>The number is no value of this field.</summary>
    BadValue,

    /// <summary>A test stands before the first rule of its file.</summary>
    TestWithoutRule,

    /// <summary>A test says nothing about a name that its rule reads.</summary>
    MissingGiven,

    /// <summary>A test gives a value twice.</summary>
    RepeatedGiven,

    /// <summary>There are more mistakes than are named.</summary>
    TooManyMistakes,
}
