using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Terra.Weaver;

/// <summary>Where an instruction comes from in the source, as far as the symbols say.</summary>
internal readonly struct SourcePlace(string? file, int line)
{
    public string? File { get; } = file;

    public int Line { get; } = line;

    /// <summary>The place of the last visible sequence point at or before the instruction, else the first of the method.</summary>
    public static SourcePlace Of(MethodDefinition method, Instruction? instruction)
    {
        if (!method.HasBody || !method.DebugInformation.HasSequencePoints)
        {
            return default;
        }

        SequencePoint? best = null;
        foreach (SequencePoint point in method.DebugInformation.SequencePoints)
        {
            if (point.IsHidden)
            {
                continue;
            }

            if (best is null || (instruction is not null && point.Offset <= instruction.Offset))
            {
                best = point;
            }
        }

        return best is null ? default : new SourcePlace(best.Document.Url, best.StartLine);
    }
}
