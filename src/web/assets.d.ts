/** Style sheets that the page's bundle takes along. */
declare module "*.css";
