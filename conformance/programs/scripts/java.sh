# openjdk compiles a class and runs it.
set -e
cat > HelloWorld.java <<'E'
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

public class HelloWorld {
  public static void main(String[] args) throws Exception {
    String squares = IntStream.rangeClosed(1, 100).mapToObj(i -> "" + i * i).collect(Collectors.joining(","));
    System.out.println("Hello " + squares.hashCode());
    Thread thread = new Thread(() -> System.out.println("thread"));
    thread.start();
    thread.join();
    Map<String, Integer> counts = new TreeMap<>();
    for (String word : "b a c a".split(" ")) counts.merge(word, 1, Integer::sum);
    System.out.println(counts);
    ExecutorService pool = Executors.newFixedThreadPool(3);
    List<Future<Integer>> sums = IntStream.range(0, 6)
        .mapToObj(i -> pool.submit(() -> IntStream.rangeClosed(0, 1000 * i).sum())).toList();
    for (Future<Integer> sum : sums) System.out.print(sum.get() + " ");
    System.out.println();
    pool.shutdown();
    try {
      Object nothing = null;
      nothing.toString();
    } catch (NullPointerException exception) {
      System.out.println("null");
    }
  }
}
E
javac HelloWorld.java
java -cp . HelloWorld
