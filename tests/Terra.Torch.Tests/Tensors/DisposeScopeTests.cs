using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class DisposeScopeTests
{
    [Fact]
    public void UsingADisposedTensorThrows()
    {
        Tensor x = zeros(2);
        x.Dispose();
        x.Dispose();
        x.IsInvalid.Should().BeTrue();
        FluentActions.Invoking(() => x + 1).Should().Throw<InvalidOperationException>().WithMessage("Tensor invalid -- empty handle.");
        FluentActions.Invoking(() => x.shape).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void AScopeDisposesWhatWasMadeInIt()
    {
        Tensor outside = zeros(2), inner, moved, kept;
        using (DisposeScope outer = NewDisposeScope())
        {
            using (DisposeScope scope = NewDisposeScope())
            {
                inner = outside + 1;
                moved = (outside + 2).MoveToOuterDisposeScope();
                kept = (outside + 3).DetachFromDisposeScope();
                CurrentDisposeScope.Should().BeSameAs(scope);
                scope.Contains(inner).Should().BeTrue();
            }

            inner.IsInvalid.Should().BeTrue();
            moved.IsInvalid.Should().BeFalse();
            outer.Contains(moved).Should().BeTrue();
        }

        CurrentDisposeScope.Should().BeNull();
        moved.IsInvalid.Should().BeTrue();
        kept.ShouldBe([2], 3, 3);
        outside.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public void ViewsOutliveTheTensorTheyAreOf()
    {
        Tensor x = arange(4);
        using Tensor view = x[1..3];
        x.Dispose();
        view.ShouldBe([2], 1, 2);
    }

    [Fact]
    public void DisposeEverythingButKeeps()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = zeros(1), b = zeros(1);
        scope.DisposeEverythingBut(b).Should().BeSameAs(b);
        a.IsInvalid.Should().BeTrue();
        b.IsInvalid.Should().BeFalse();
        scope.DisposablesCount.Should().Be(1);
        b.Dispose();
        scope.DisposablesCount.Should().Be(0);
    }

    [Fact]
    public void TensorsCanBeAttachedAndHandedOver()
    {
        Tensor x = zeros(1);
        using (DisposeScope scope = NewDisposeScope())
        {
            scope.Attach(x);
            Tensor result = WrappedTensorDisposeScope(() => x + x + x);
            scope.Contains(result).Should().BeTrue();
            scope.DisposablesCount.Should().Be(2);
            result.MoveToOtherDisposeScope(x).Should().BeSameAs(result);
        }

        x.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void StatisticsCountTheThreadsTensors()
    {
        LifetimeStatistics statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        Tensor loose = zeros(1);
        using (NewDisposeScope())
        {
            _ = zeros(1);
            zeros(1).Dispose();
            _ = zeros(1).DetachFromDisposeScope();
        }

        loose.Dispose();
        statistics.CreatedInScopeCount.Should().Be(3);
        statistics.DisposedInScopeCount.Should().Be(2);
        statistics.DetachedFromScopeCount.Should().Be(1);
        statistics.CreatedOutsideScopeCount.Should().Be(1);
        statistics.DisposedOutsideScopeCount.Should().Be(1);
        statistics.ThreadTotalLiveCount.Should().Be(1);
    }

    [Fact]
    public void ScopesBelongToTheirThread()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = zeros(1));
        thread.Start();
        thread.Join();
        scope.Contains(elsewhere!).Should().BeFalse();
        elsewhere!.Dispose();
    }

    [Fact]
    public void OtherDisposablesAreHeldToo()
    {
        var stream = new MemoryStream();
        var kept = new MemoryStream();
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor x = zeros(1);
            scope.Attach(stream, kept);
            scope.DisposablesView.Should().Equal(x, stream, kept);
            scope.Detach(kept);
            scope.Contains(stream).Should().BeTrue();
            scope.Contains(kept).Should().BeFalse();
        }

        stream.CanRead.Should().BeFalse();
        kept.CanRead.Should().BeTrue();
    }
}
