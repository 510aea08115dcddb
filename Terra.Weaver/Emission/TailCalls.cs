using Mono.Cecil.Cil;

namespace Terra.Weaver.Emission;

/// <summary>
/// The prefix by which a call gives up its caller's frame. A return has to follow the call directly, outside of every try block, so
/// the prefix goes where code must run after the call.
/// </summary>
internal static class TailCalls
{
    /// <summary>True if one of the prefixes of the call at that position makes it a tail call.</summary>
    public static bool IsTailCall(IList<Instruction> code, int position)
    {
        while (position > 0 && code[position - 1].OpCode.OpCodeType == OpCodeType.Prefix)
        {
            position--;
            if (code[position].OpCode.Code == Code.Tail)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes ordinary calls of all tail calls. No instruction is taken out, since that would take its sequence point along.</summary>
    public static void Drop(IList<Instruction> code)
    {
        for (int i = 0; i < code.Count; i++)
        {
            if (code[i].OpCode.Code != Code.Tail)
            {
                continue;
            }

            // Nothing may stand between another prefix and the call, so other prefixes move up.
            int place = i;
            for (; place > 0 && code[place - 1].OpCode.OpCodeType == OpCodeType.Prefix; place--)
            {
                code[place].OpCode = code[place - 1].OpCode;
                code[place].Operand = code[place - 1].Operand;
            }

            code[place].OpCode = OpCodes.Nop;
            code[place].Operand = null;
        }
    }
}
