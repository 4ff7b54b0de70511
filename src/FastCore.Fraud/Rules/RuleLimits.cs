namespace FastCore.Fraud.Rules;

/// <summary>What rule files and lists may be at most. Within them the cost of a decision has a bound.</summary>
public static class RuleLimits
{
    /// <summary>Files of a set.</summary>
    public const int FilesMax = 256;

    /// <summary>Bytes of all files of a set together.</summary>
    public const int BytesMax = 1 << 20;

    /// <summary>Characters of the name of a rule, a list or a test.</summary>
    public const int NameLengthMax = 64;

    /// <summary>Rules of a set.</summary>
    public const int RulesMax = 1024;

    /// <summary>Shadow rules of a set: one bit of a verdict each.</summary>
    public const int ShadowRulesMax = 64;

    /// <summary>Lists of a set.</summary>
    public const int ListsMax = 64;

    /// <summary>Lists that a store knows, those of earlier sets included.</summary>
    public const int OpenListsMax = 256;

    /// <summary>Tests of a set.</summary>
    public const int TestsMax = 4096;

    /// <summary>Values that one test gives.</summary>
    public const int GivensMax = 64;

    /// <summary>How deep parentheses, signs and "not" may be nested.</summary>
    public const int DepthMax = 32;

    /// <summary>Names, numbers and operators of one rule's condition.</summary>
    public const int RuleNodesMax = 512;

    /// <summary>Names, numbers and operators of all conditions of a set.</summary>
    public const int SetNodesMax = 16_384;

    /// <summary>The largest priority, which is looked at last.</summary>
    public const int PriorityMax = 9999;

    /// <summary>The priority of a rule that names none.</summary>
    public const int PriorityDefault = 100;

    /// <summary>Mistakes that are named; beyond them reading ends.</summary>
    public const int MistakesMax = 100;

    /// <summary>The largest whole number in arithmetic: what a double still holds exactly.</summary>
    public const long NumberMax = 1L << 53;

    /// <summary>Digits behind the point of a number.</summary>
    public const int FractionDigitsMax = 15;

    /// <summary>Fewest digits of a BIN.</summary>
    public const int BinDigitsMin = 6;

    /// <summary>Most digits of a BIN.</summary>
    public const int BinDigitsMax = 8;
}
