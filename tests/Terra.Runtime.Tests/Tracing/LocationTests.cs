using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Tracing;
using Xunit;

namespace Terra.Runtime.Tests.Tracing;

public sealed class LocationTests
{
    [Fact]
    public void The_same_stack_is_the_same_object()
    {
        Location root = Location.ForStep(7);

        Location a = root.Child(LocationKind.Call, 1).Child(LocationKind.Turn, 2, 3);
        Location b = root.Child(LocationKind.Call, 1).Child(LocationKind.Turn, 2, 3);

        b.Should().BeSameAs(a);
        root.Child(LocationKind.Call, 1).Child(LocationKind.Turn, 2, 4).Should().NotBeSameAs(a);
        root.Child(LocationKind.Backward, 1).Should().NotBeSameAs(root.Child(LocationKind.Call, 1));
    }

    [Fact]
    public void Threads_that_intern_at_once_agree()
    {
        Location root = Location.ForStep(8);
        var found = new Location[4][];

        Parallel.For(0, found.Length, thread =>
            found[thread] = Enumerable.Range(0, 2000).Select(i => root.Child(LocationKind.Call, i * 37 % 500)).ToArray());

        found.Should().AllSatisfy(locations => locations.Should().Equal(found[0], ReferenceEquals));
        found[0].Distinct().Should().HaveCount(500);
    }

    [Fact]
    public void As_many_locations_are_made_as_there_are_different_stacks()
    {
        int site = 9_000;
        Gen<int[]> stacks = Gen.Choose(0, 6).SelectMany(static depth => Gen.ArrayOf(Gen.Choose(0, 5), depth));
        Prop.ForAll(Arb.From(Gen.ListOf(stacks)), list =>
        {
            Location root = Location.ForStep(Interlocked.Increment(ref site));
            var made = new Dictionary<string, Location>();
            return list.All(stack =>
            {
                Location at = root;
                foreach (int frame in stack)
                {
                    at = frame < 3 ? at.Child(LocationKind.Call, frame) : at.Child(LocationKind.Turn, 3, frame);
                }

                return ReferenceEquals(at, made.TryAdd(string.Join('/', stack), at) ? at : made[string.Join('/', stack)]);
            }) && made.Values.Distinct().Count() == made.Count;
        }).QuickCheckThrowOnFailure();
    }
}
