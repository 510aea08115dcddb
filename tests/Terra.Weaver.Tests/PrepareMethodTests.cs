using System.Reflection;
using System.Runtime.CompilerServices;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>The runtime accepts every woven method: the JIT compiles it, generics over a reference and over a value type.</summary>
public class PrepareMethodTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void JitAcceptsEveryMethod(string assembly, string configuration) =>
        Prepare(ProcessedAssembly.Get(assembly, configuration).Woven.Assembly).Should().BeGreaterThan(20);

    internal static int Prepare(Assembly assembly)
    {
        int prepared = 0;
        foreach (Type type in assembly.GetTypes())
        {
            foreach (MethodBase method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
            {
                if (method.IsAbstract || method.GetMethodBody() is null)
                {
                    continue;
                }

                foreach (Type[] arguments in Instantiations(type, method))
                {
                    FluentActions.Invoking(() => RuntimeHelpers.PrepareMethod(method.MethodHandle, [.. arguments.Select(argument => argument.TypeHandle)]))
                        .Should().NotThrow("{0}.{1} over [{2}] is woven right", type, method, string.Join<Type>(", ", arguments));
                    prepared++;
                }
            }
        }

        return prepared;
    }

    /// <summary>Type arguments for a method and its type: none, or all references and all values as far as the constraints allow.</summary>
    private static IEnumerable<Type[]> Instantiations(Type type, MethodBase method)
    {
        Type[] parameters = [.. type.GetGenericArguments(), .. method is MethodInfo ? method.GetGenericArguments() : []];
        if (parameters.Length == 0)
        {
            return [[]];
        }

        Type?[][] choices =
        [
            [.. parameters.Select(parameter => Candidates(parameter, type.Assembly).FirstOrDefault(c => !c.IsValueType) ?? Candidates(parameter, type.Assembly).FirstOrDefault())],
            [.. parameters.Select(parameter => Candidates(parameter, type.Assembly).FirstOrDefault(c => c.IsValueType) ?? Candidates(parameter, type.Assembly).FirstOrDefault())],
        ];
        return choices.Where(choice => choice.All(argument => argument is not null)).Select(choice => Matched(parameters, choice.OfType<Type>().ToArray()));
    }

    /// <summary>Where a constraint names other parameters, these become what the chosen argument's interface has in their place.</summary>
    private static Type[] Matched(Type[] parameters, Type[] choice)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            foreach (Type constraint in parameters[i].GetGenericParameterConstraints().Where(constraint => constraint.ContainsGenericParameters))
            {
                Type implemented = choice[i].GetInterfaces().First(type => type.IsGenericType && type.GetGenericTypeDefinition() == constraint.GetGenericTypeDefinition());
                foreach ((Type named, Type argument) in constraint.GetGenericArguments().Zip(implemented.GetGenericArguments()))
                {
                    int at = Array.IndexOf(parameters, named);
                    if (at >= 0 && at != i)
                    {
                        choice[at] = argument;
                    }
                }
            }
        }

        return choice;
    }

    private static IEnumerable<Type> Candidates(Type parameter, Assembly assembly)
    {
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        return new[] { typeof(string), typeof(int), typeof(double), typeof(object) }
            .Concat(assembly.GetTypes().Where(type => !type.IsGenericTypeDefinition && !type.IsAbstract && !type.IsByRefLike))
            .Where(candidate => !attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) || candidate.IsValueType)
            .Where(candidate => !attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) || !candidate.IsValueType)
            .Where(candidate => !attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) || candidate.IsValueType || candidate.GetConstructor([]) is not null)
            .Where(candidate => parameter.GetGenericParameterConstraints().All(constraint => Satisfies(constraint, candidate)));
    }

    private static bool Satisfies(Type constraint, Type candidate)
    {
        if (constraint == typeof(ValueType))
        {
            return candidate.IsValueType;
        }

        if (!constraint.ContainsGenericParameters)
        {
            return constraint.IsAssignableFrom(candidate);
        }

        return candidate.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == constraint.GetGenericTypeDefinition());
    }
}
