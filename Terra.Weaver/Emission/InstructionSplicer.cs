using Mono.Cecil.Cil;

namespace Terra.Weaver.Emission;

/// <summary>Puts instructions into a body and moves what points at an instruction: branches and the bounds of exception handlers.</summary>
internal static class InstructionSplicer
{
    public static void InsertAt(MethodBody body, int index, IEnumerable<Instruction> instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            body.Instructions.Insert(index++, instruction);
        }
    }

    /// <summary>Makes every branch to <paramref name="from"/>, and every exception region bound there, go to <paramref name="to"/>.</summary>
    public static void Redirect(MethodBody body, Instruction from, Instruction to)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand == from)
            {
                instruction.Operand = to;
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                for (int i = 0; i < targets.Length; i++)
                {
                    targets[i] = targets[i] == from ? to : targets[i];
                }
            }
        }

        RedirectRegions(body, from, to);
    }

    /// <summary>Moves the bounds of exception regions from one instruction to another.</summary>
    public static void RedirectRegions(MethodBody body, Instruction from, Instruction to)
    {
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = handler.TryStart == from ? to : handler.TryStart;
            handler.TryEnd = handler.TryEnd == from ? to : handler.TryEnd;
            handler.FilterStart = handler.FilterStart == from ? to : handler.FilterStart;
            handler.HandlerStart = handler.HandlerStart == from ? to : handler.HandlerStart;
            handler.HandlerEnd = handler.HandlerEnd == from ? to : handler.HandlerEnd;
        }
    }
}
