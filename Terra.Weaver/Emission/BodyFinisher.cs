using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Terra.Weaver.Emission;

/// <summary>Last steps on a laid-out body: code for when an exception leaves the method, and putting the sequence into the body.</summary>
internal static class BodyFinisher
{
    /// <summary>
    /// Puts the code into a handler round the whole method: a fault handler, which runs when an exception leaves it, or a finally
    /// handler, which runs on every way out. Returns become leaves to one return behind it.
    /// </summary>
    public static void Guard(MethodBody body, List<Instruction> code, IEnumerable<Instruction> handler, ExceptionHandlerType type)
    {
        Instruction start = code[AfterConstructorCall(body.Method, code)];
        bool returnsValue = body.Method.ReturnType.MetadataType != MetadataType.Void;
        VariableDefinition? result = null;
        if (returnsValue)
        {
            result = new VariableDefinition(body.Method.ReturnType);
            body.Variables.Add(result);
        }

        Instruction handlerStart = handler.First();
        List<Instruction> tail = [.. handler, Instruction.Create(OpCodes.Endfinally)];
        Instruction? exit = null;
        if (code.Exists(i => i.OpCode.Code == Code.Ret))
        {
            Instruction ret = Instruction.Create(OpCodes.Ret);
            exit = returnsValue ? Instruction.Create(OpCodes.Ldloc, result) : ret;
            tail.Add(exit);
            if (returnsValue)
            {
                tail.Add(ret);
            }

            Leave(code, result, exit);
        }

        foreach (ExceptionHandler clause in body.ExceptionHandlers)
        {
            clause.TryEnd ??= handlerStart;
            clause.HandlerEnd ??= handlerStart;
        }

        body.ExceptionHandlers.Add(new ExceptionHandler(type)
        {
            TryStart = start,
            TryEnd = handlerStart,
            HandlerStart = handlerStart,
            HandlerEnd = exit,
        });
        code.AddRange(tail);
    }

    /// <summary>Makes the sequence the body's. Instructions are only added, since taking one out would take its sequence point along.</summary>
    public static void Apply(MethodBody body, List<Instruction> code)
    {
        for (int i = 0; i < code.Count; i++)
        {
            if (i >= body.Instructions.Count)
            {
                body.Instructions.Add(code[i]);
            }
            else if (body.Instructions[i] != code[i])
            {
                body.Instructions.Insert(i, code[i]);
            }
        }

        body.OptimizeMacros();
    }

    private static void Leave(List<Instruction> code, VariableDefinition? result, Instruction exit)
    {
        for (int i = 0; i < code.Count; i++)
        {
            if (code[i].OpCode.Code != Code.Ret)
            {
                continue;
            }

            if (result is null)
            {
                code[i].OpCode = OpCodes.Leave;
                code[i].Operand = exit;
            }
            else
            {
                code[i].OpCode = OpCodes.Stloc;
                code[i].Operand = result;
                code.Insert(i + 1, Instruction.Create(OpCodes.Leave, exit));
            }
        }
    }

    /// <summary>Where the handler may begin: in a constructor, behind the call of the other constructor, before which there is no object.</summary>
    private static int AfterConstructorCall(MethodDefinition method, List<Instruction> code)
    {
        if (!method.IsConstructor || method.IsStatic || method.DeclaringType.IsValueType)
        {
            return 0;
        }

        int call = code.FindIndex(i => i.OpCode.Code == Code.Call && i.Operand is MethodReference { Name: ".ctor" } target
            && (target.DeclaringType.FullName == method.DeclaringType.BaseType?.FullName || target.DeclaringType.FullName == method.DeclaringType.FullName));
        while (code[call + 1].OpCode.Code is Code.Ldloc && code[call + 2].Operand is MethodReference { Name: "ExitCall" })
        {
            call += 2;
        }

        return call + 1;
    }
}
