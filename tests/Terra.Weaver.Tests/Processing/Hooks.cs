namespace Terra.Weaver.Tests.Processing;

/// <summary>Tells what the weaver put into a method from what the compiler did.</summary>
public static class Hooks
{
    /// <summary>True for an instruction whose operand is one of the runtime's hooks or the class of ids that the weaver adds.</summary>
    public static bool IsHook(string instruction) =>
        instruction.Contains("Terra.Runtime.Tracing", StringComparison.Ordinal) || instruction.Contains("TerraModule", StringComparison.Ordinal);

    /// <summary>
    /// What a method does, in order: the instructions that call, create, compute or touch memory. Hooks are left out, and so is
    /// whatever may change without changing the meaning: locals, constants, branches and their forms.
    /// </summary>
    public static IReadOnlyList<string> Without(IReadOnlyList<string> instructions)
    {
        var kept = new List<string>();
        for (int i = 0; i < instructions.Count; i++)
        {
            string opcode = instructions[i].Split(' ')[0];
            string operand = instructions[i][opcode.Length..];
            if (opcode.EndsWith(".s", StringComparison.Ordinal))
            {
                opcode = opcode[..^2];
            }

            bool addsBaseOfIds = opcode == "add" && i >= 2
                && instructions[i - 1].StartsWith("ldc.i4", StringComparison.Ordinal)
                && instructions[i - 2].StartsWith("ldsfld", StringComparison.Ordinal) && IsHook(instructions[i - 2]);
            if (!IsHook(instructions[i]) && !addsBaseOfIds && !IsForm(opcode))
            {
                kept.Add(opcode + operand);
            }
        }

        return kept;
    }

    private static bool IsForm(string opcode) =>
        opcode is "nop" or "dup" or "pop" or "ret" or "endfinally" or "endfilter" or "ldnull" or "switch"
        || opcode.StartsWith("ldloc", StringComparison.Ordinal)
        || opcode.StartsWith("stloc", StringComparison.Ordinal)
        || opcode.StartsWith("ldc.i4", StringComparison.Ordinal)
        || opcode.StartsWith("ldarg", StringComparison.Ordinal)
        || opcode.StartsWith("br", StringComparison.Ordinal)
        || opcode.StartsWith("leave", StringComparison.Ordinal)
        || opcode is ['b', 'e' or 'n' or 'g' or 'l', ..];
}
